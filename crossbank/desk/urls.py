"""The counter and an employee's own day."""

from django.urls import path

from crossbank.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("day/", views.desk, name="today"),
]
