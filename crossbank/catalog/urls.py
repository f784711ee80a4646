"""The browsable shelf."""

from django.urls import path

from crossbank.catalog import views

app_name = "catalog"
urlpatterns = [
    path("<str:code>/", views.product, name="product"),
]
