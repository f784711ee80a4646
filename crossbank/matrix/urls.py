"""The whole table, and one row of it."""

from django.urls import path

from crossbank.matrix import views

app_name = "matrix"
urlpatterns = [
    path("", views.matrix, name="matrix"),
    path("<str:code>/", views.sheet, name="sheet"),
]
