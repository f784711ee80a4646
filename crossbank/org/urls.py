"""Sign-in, sign-out, own password, preferences."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from crossbank.org import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", views.password, name="password"),
    path("preferences/", views.preferences, name="preferences"),
]
