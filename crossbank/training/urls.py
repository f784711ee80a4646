"""What we teach: practice, the self-check and its mix, coaching notes."""

from django.urls import path

from crossbank.org import day_lines, switches
from crossbank.training import note_views, views
from crossbank.training.waiting import waiting

app_name = "training"
day_lines.add_source(switches.PRACTICE, waiting)  # the desk, next door, draws My day
urlpatterns = [
    path("", views.training, name="training"),
    path("check/", views.check, name="check"),
    path("check/forget/", views.forget, name="forget"),
    path("practised/", views.practised, name="practised"),
    path("mix/", views.mix, name="mix"),
    path("notes/", note_views.notes, name="notes"),
    path("notes/new/", note_views.new, name="note_new"),
    path("notes/<int:pk>/", note_views.note, name="note"),
    path("notes/<int:pk>/answer/", note_views.answer, name="note_answer"),
]
