"""Behind `f`: in which language the customer is called, and whether anybody of the branch may."""

import pytest
from django.utils import timezone

from crossbank.calls.models import Task
from crossbank.desk.entries import Answer
from crossbank.desk.models import Consultation
from crossbank.matrix.models import Pairing
from crossbank.matrix.services import publish_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def follow_up(sign_in, save, content, person):
    """This will save a follow-up on the debit card due today, with more fields of its block."""

    def send(**more):
        day = person("seller").branch.local_day(timezone.now())
        data = content(item_CRD_DEB="follow_up", due_CRD_DEB=day.isoformat())
        return save(sign_in("seller"), {**data, **more})

    return send


def test_call_may_be_for_anybody_of_the_branch(follow_up, person) -> None:
    assert follow_up(**{"branch-CRD-DEB": "1"}).status_code == 201
    assert follow_up().status_code == 201

    assert [task.employee for task in Task.objects.order_by("pk")] == [None, person("seller")]


def test_language_and_the_facts_of_the_pair_go_with_the_call(follow_up, person) -> None:
    words = {"ru": {"say": "Скажите", "benefit": "Польза"}}
    Pairing.objects.filter(main__code="ACC-BAS", cross__code="CRD-DEB").update(words=words)
    publish_edition(at=timezone.now(), by=person("owner"), approver=person("owner2"))

    assert follow_up(edition="2", **{"language-CRD-DEB": "ru"}).status_code == 201

    task = Task.objects.get()
    assert (task.language, task.say_in) == ("ru", {"ru": "Польза"})
    assert task.say not in ("", "Польза")


@pytest.mark.parametrize(("field", "value"), [("branch-CRD-DEB", "2"), ("language-CRD-DEB", "xx")])
def test_other_words_are_refused(follow_up, field, value) -> None:
    reply = follow_up(**{field: value})

    assert (reply.status_code, list(reply.json()["errors"])) == (422, [field])


def test_without_a_day_they_say_nothing(sign_in, save, content) -> None:
    data = content(item_CRD_DEB="declined")
    data |= {"branch-CRD-DEB": "1", "language-CRD-DEB": "ru"}

    assert save(sign_in("seller"), data).status_code == 201

    assert (Consultation.objects.count(), Task.objects.count()) == (1, 0)


def test_correction_keeps_the_language(follow_up) -> None:
    follow_up(**{"language-CRD-DEB": "ru"})

    follow_up(replaces=str(Consultation.objects.get().uuid))

    assert Task.objects.open().get().language == "ru"


def test_refused_save_gives_both_back(sign_in, content) -> None:
    data = content(item_CRD_DEB="follow_up", due_CRD_DEB="2020-01-01")
    data |= {"branch-CRD-DEB": "1", "language-CRD-DEB": "el"}

    page = sign_in("seller").post("/desk/consultations/", data).content.decode()

    assert 'name="branch-CRD-DEB" value="1" checked' in page
    assert '<option value="el" selected>' in page


def test_fingerprint_knows_them_only_where_they_say_something() -> None:
    plain = Answer(code="A", response="follow_up").content()
    said = Answer(code="A", response="follow_up", for_branch=True, language="ru").content()

    assert not {"contact", "for_branch", "language"} & plain.keys()
    assert {"for_branch", "language"} <= said.keys()
