"""Now, soon, ended."""

from django.urls import path

from crossbank.offers import views

app_name = "offers"
urlpatterns = [path("", views.offers, name="offers")]
