"""The counter and an employee's own day."""

from datetime import date

from django.urls import path, register_converter

from crossbank.calls.listing import add_source
from crossbank.desk import (
    close_views,
    customer_views,
    day_views,
    late_views,
    later_views,
    mirror_views,
    record_views,
    right_views,
    views,
)
from crossbank.desk.rights_ending import rights_ending


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # ValueError is Django's "no match"

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")
add_source(rights_ending)  # the branch's due list, a floor below, reads what the desk reminds of

app_name = "desk"
urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/panels/", views.panels, name="panels"),
    path("desk/consultations/", views.consultations, name="consultations"),
    path("desk/consultations/<uuid:uuid>/", record_views.consultation, name="consultation"),
    path("desk/consultations/<uuid:uuid>/void/", record_views.void, name="void"),
    path("desk/consultations/<uuid:uuid>/call/", record_views.call, name="call"),
    path("desk/consultations/<uuid:uuid>/drawdown/", later_views.drawdown, name="drawdown"),
    path(
        "desk/consultations/<uuid:uuid>/reverse/<int:pk>/", later_views.reverse_use, name="reverse"
    ),
    path("desk/consultations/<uuid:uuid>/later/", later_views.later, name="later"),
    path("rights/", right_views.find, name="rights"),
    path("rights/<slug:code>/", right_views.right, name="right"),
    path(
        "desk/consultations/<uuid:uuid>/customer/",
        customer_views.customer,
        name="customer",
    ),
    path("desk/last/", customer_views.last, name="last"),  # codes are capitals
    path("desk/<str:code>/", views.main, name="main"),
    path("day/", day_views.today, name="today"),
    path("day/paper/", day_views.paper, name="paper"),
    path("day/late/", late_views.hand_in, name="hand_in"),
    path("day/late/<int:pk>/decide/", late_views.decide, name="decide"),
    path("day/sheets/", late_views.sheets, name="sheets"),
    path("day/sheets/approve/", late_views.approve, name="approve"),
    path("day/sheets/<int:pk>/reopen/", late_views.reopen, name="reopen"),
    path("day/mirror/", mirror_views.mirror, name="mirror"),
    path("day/close/", close_views.close, name="close"),
    path("day/<day:on>/", day_views.day, name="day"),
    path("day/<day:on>/close/", close_views.close, name="close_day"),
    path("day/<day:on>/close/reflect/", close_views.reflect, name="reflect"),
    path("day/<day:on>/close/sign/", close_views.sign, name="sign"),
]
