"""The whole table; one row of it is a desk sheet (`desk.sheet_views`), which also reads offers."""

from django.urls import path

from crossbank.matrix import views

app_name = "matrix"
urlpatterns = [
    path("", views.matrix, name="matrix"),
]
