"""What customers say of themselves and of the conversation."""

from django.urls import path

from crossbank.voice import profile_views, views

app_name = "voice"
urlpatterns = [
    path("answers/", views.answers, name="answers"),
    path("profile/", profile_views.profile, name="profile"),
    path("pushed/", views.pushed, name="pushed"),
    path("thanks/", views.thanks, name="thanks"),
    path("<str:token>/", views.public, name="public"),  # a token is longer than any word above
]
