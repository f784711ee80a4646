"""The counter and an employee's own day."""

from datetime import date

from django.urls import path, register_converter

from crossbank.desk import day_views, record_views, views


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # ValueError is Django's "no match"

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "desk"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/panels/", views.panels, name="panels"),
    path("desk/consultations/", views.consultations, name="consultations"),
    path("desk/consultations/<uuid:uuid>/", record_views.consultation, name="consultation"),
    path("desk/consultations/<uuid:uuid>/void/", record_views.void, name="void"),
    path("desk/<str:code>/", views.main, name="main"),
    path("day/", day_views.today, name="today"),
    path("day/paper/", day_views.paper, name="paper"),
    path("day/<day:on>/", day_views.day, name="day"),
]
