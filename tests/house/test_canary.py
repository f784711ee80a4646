"""A customer's number, typed at every door that takes one, is kept nowhere; a contact number, under
seal alone. Looked for in every row of every table, in logs of every level and in every header."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django import forms
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from crossbank.calls.models import Task
from crossbank.conduct.models import AuditEntry
from crossbank.conduct.references import reference_hash, unseal
from crossbank.desk.models import Consultation
from crossbank.leads.models import Lead
from crossbank.offers.models import Grant
from crossbank.org import switches
from crossbank.voice.models import NeedProfile
from tests.kept.conftest import book as outcomes
from tests.kept.conftest import send as send_outcomes
from tests.offers.test_approvals import confirm, send, workbook

pytestmark = pytest.mark.django_db

REF = "CANARY-REF 4711"
NUMBER = "CANARY-TEL 0151"
SIGNS = ("canary", "ref4711", "tel0151")  # spaces aside, in whatever case
# forms with a field for one, and the door here that leads to each
TYPED = {
    "RecordForm": "save",
    "FindRightForm": "find",
    "CustomerForm": "plans",
    "PlanForm": "plans",
    "NewCallForm": "call",
    "HandOnForm": "lead",
    "FindSaleForm": "sold",
}


@pytest.fixture
def all_on(bank) -> None:
    for area in switches.AREAS:
        switches.turn(key=area.key, on=True, at=timezone.now(), by="admin")


@pytest.fixture
def log(caplog):
    """Whatever anything logs, with every statement that goes to the database."""
    quiet = logging.getLogger("django")  # hands nothing on to the root
    quiet.addHandler(caplog.handler)
    for name in ("", "django", "django.db.backends", "django.request", "crossbank"):
        caplog.set_level(logging.DEBUG, logger=name)
    yield caplog
    quiet.removeHandler(caplog.handler)


def tells(text: str) -> bool:
    """Whether a canary stands in it, in clear."""
    plain = "".join(str(text).split()).lower()
    return any(sign in plain for sign in SIGNS)


def texts(value: object) -> str:
    is_binary = isinstance(value, bytes | memoryview)
    return bytes(value).decode("utf-8", "replace") if is_binary else str(value)


def tables_that_tell() -> list[str]:
    """Every table raw, and every session as it is read."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = cursor.fetchall()
            found += [table for row in rows for value in row if tells(texts(value))]
    sessions = (session.get_decoded() for session in Session.objects.all())
    return [*found, *("session" for kept in sessions if tells(kept))]


def headers_that_tell(replies: list[HttpResponse]) -> list[str]:
    return [
        f"{name}: {value}"
        for reply in replies
        for name, value in (*reply.headers.items(), *reply.cookies.items())
        if tells(value)
    ]


def follow_up() -> dict[str, str]:
    return {
        "uuid": str(uuid4()),
        "main": "ACC-BAS",
        "edition": "1",
        "customer_ref": REF,
        "item-CRD-DEB": "follow_up",
        "due-CRD-DEB": f"{timezone.localdate() + timedelta(days=5)}",
        "contact-CRD-DEB": NUMBER,
    }


def desk(sign_in) -> Iterator[HttpResponse]:
    """Drawn, saved by a page and by a script, refused, corrected and read."""
    seller, first = sign_in("seller"), follow_up()
    yield seller.post("/desk/ACC-BAS/", first, headers={"HX-Request": "true"})
    yield seller.post("/desk/consultations/", first)
    yield seller.post("/desk/consultations/", {**follow_up(), "main": "CARD", "edition": "9"})
    json = {"accept": "application/json"}
    again = {**follow_up(), "replaces": first["uuid"], "replace_reason": "typed wrong"}
    yield seller.post("/desk/consultations/", again, headers=json)
    yield seller.post("/desk/consultations/", {**again, "uuid": str(uuid4())}, headers=json)
    yield seller.get(f"/desk/consultations/{again['uuid']}/")
    yield seller.get("/day/")


def find(sign_in) -> Iterator[HttpResponse]:
    yield sign_in("seller").post("/rights/", {"customer_ref": REF})
    yield sign_in("seller").post("/rights/", {"customer_ref": REF, "code": "ABC"})


def plans(sign_in) -> Iterator[HttpResponse]:
    seller, who = sign_in("seller"), {"customer_ref": REF}
    keep = {**who, "need": "SAVE", "horizon": "now", "do": "keep"}
    yield seller.post("/survey/profile/", keep)
    yield seller.post("/survey/profile/", {**keep, "need": "HOME"})
    yield seller.post("/survey/profile/", {**who, "forget": "HOME"})
    yield seller.post("/survey/profile/", {**keep, "horizon": "never"})


def call(sign_in) -> Iterator[HttpResponse]:
    seller = sign_in("seller")
    data = {
        "uuid": str(uuid4()),
        "kind": "maturity",
        "product": "SAV-TRM",
        "day": f"{timezone.localdate() + timedelta(days=5)}",
        "whose": "me",
        "contact": NUMBER,
        "customer_ref": REF,
    }
    yield seller.post("/calls/new/", {**data, "day": "2001-01-01"})
    yield seller.post("/calls/new/", data)
    task = Task.objects.get(kind="maturity")
    yield seller.post(f"/calls/{task.pk}/number/")
    yield seller.post(f"/calls/{task.pk}/outcome/", {"outcome": "reached_no"})
    yield seller.get("/calls/calendar.ics")


def lead(sign_in) -> Iterator[HttpResponse]:
    seller, marie = sign_in("seller"), sign_in("marie.w")
    data = {"uuid": str(uuid4()), "said": "Lease ends", "unit": "MORTGAGE", "contact": NUMBER}
    yield seller.post("/leads/new/", {**data, "said": ""})
    yield seller.post("/leads/new/", data)
    address = f"/leads/{Lead.objects.get().pk}/"
    yield marie.post(f"{address}act/", {"act": "accept"})
    yield marie.post(f"{address}contact/")


def approvals(sign_in) -> Iterator[HttpResponse]:
    owner, content = sign_in("owner"), workbook(REF, REF, "x" * 99 + REF)
    yield send(owner, content, approved_on="2999-01-01")
    page = send(owner, content)
    yield page
    yield confirm(owner, page, note="Spring", without="1")


def sold(sign_in) -> Iterator[HttpResponse]:
    """Looked for by hand, and sent as a workbook that fits nothing."""
    manager = sign_in("manager")
    yield manager.post("/kept/", {"customer_ref": REF})
    yield manager.post("/kept/", {"customer_ref": REF, "code": "ABC"})
    yield send_outcomes(manager, outcomes((REF, "", "INS-TRV", "open", timezone.localdate())))
    yield send_outcomes(manager, outcomes((REF, "", REF, REF, REF)))


DOORS: dict[str, Callable[..., Iterator[HttpResponse]]] = {
    "save": desk, "find": find, "plans": plans, "call": call, "lead": lead, "list": approvals,
    "sold": sold,
}  # fmt: skip


def test_a_number_is_nowhere_whichever_door_it_was_typed_at(all_on, sign_in, log, queries):
    with queries():  # so that statements are logged with their values
        replies = {name: list(door(sign_in)) for name, door in DOORS.items()}

    assert tables_that_tell() == []
    assert [record.name for record in log.records if tells(record.getMessage())] == []
    assert headers_that_tell([reply for told in replies.values() for reply in told]) == []
    assert len([r for r in log.records if r.name == "django.db.backends"]) > 100

    # and all of it did arrive: the hash, and the seals that only owners open
    assert {name: [reply.status_code for reply in told] for name, told in replies.items()} == {
        "save": [200, 303, 422, 201, 422, 200, 200],
        "find": [200, 422],
        "plans": [200, 200, 200, 422],
        "call": [422, 303, 200, 303, 200],
        "lead": [422, 303, 303, 200],
        "list": [422, 200, 302],
        "sold": [200, 422, 200, 422],
    }
    kept = [*Consultation.objects.all(), *NeedProfile.objects.all(), *Grant.objects.all()]
    assert {row.customer_ref for row in kept} == {reference_hash(REF)}
    sealed = [*Task.objects.all(), *Lead.objects.all()]
    assert {unseal(row.contact) for row in sealed if row.contact} == {NUMBER}
    shown = AuditEntry.objects.filter(action__in=["contact_shown", "lead_contact_read"])
    assert set(shown.values_list("actor", flat=True)) == {"seller", "marie.w"}


def test_control_a_planted_number_is_found_wherever_it_lies(bank, client, sign_in, log, queries):
    sign_in("seller")
    session = Session.objects.get()
    store = Session.get_session_store_class()(session.session_key)
    store["note"] = "canary-ref4711"
    store.save()
    with queries():
        AuditEntry.objects.create(actor="x", action="x", subject=REF, at=timezone.now())
    reply = HttpResponse(headers={"Location": "/desk/?ref=CANARY-REF%204711"})

    assert tables_that_tell() == [AuditEntry._meta.db_table, "session"]
    told = [record.name for record in log.records if tells(record.getMessage())]
    assert told == ["django.db.backends"]
    assert headers_that_tell([reply]) == ["Location: /desk/?ref=CANARY-REF%204711"]


def forms_below(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for below in form.__subclasses__():
        yield below
        yield from forms_below(below)


def test_every_form_that_takes_a_number_has_its_door_here():
    asking = {
        form.__name__
        for form in forms_below(forms.BaseForm)
        if form.__module__.startswith("crossbank.")
        and {"customer_ref", "contact"} & set(getattr(form, "base_fields", ()))
    }

    assert asking == set(TYPED)
    assert set(TYPED.values()) | {"list"} == set(DOORS)
