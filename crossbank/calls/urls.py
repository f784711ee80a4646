"""Promises to call, kept on the day."""

from django.urls import path

from crossbank.calls import views

app_name = "calls"
urlpatterns = [
    path("", views.due, name="due"),
    path("new/", views.new, name="new"),
    path("calendar.ics", views.calendar, name="calendar"),
    path("<int:pk>/", views.task, name="task"),
    path("<int:pk>/outcome/", views.outcome, name="outcome"),
    path("<int:pk>/number/", views.number, name="number"),
    path("<int:pk>/hand-over/", views.hand_over, name="hand_over"),
]
