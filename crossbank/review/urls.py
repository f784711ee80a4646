"""What it adds up to."""

from django.urls import path

from crossbank.review import views

app_name = "review"
urlpatterns = [path("", views.review, name="review")]
