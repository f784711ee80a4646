"""Nobody's answer: whoever reads every table learns what many said, and of nobody what he said."""

from itertools import product

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossbank.desk.models import Consultation
from crossbank.voice import survey
from crossbank.voice.models import AnswerCount, Ticket

pytestmark = pytest.mark.django_db

# four conversations: no two spoke of the same products, and no product or branch is of one alone
TALKS = {
    1: ("seller", {"CRD-DEB", "DIG-APP"}),
    2: ("seller", {"DIG-APP", "SAV-GOL"}),
    3: ("seller2", {"CRD-DEB", "SAV-GOL"}),
    4: ("seller2", {"CRD-DEB", "DIG-APP", "SAV-GOL"}),
}
SAID = tuple(product(("yes", "no", ""), ("no", "yes", ""), ("HOME", "SAVE", "")))
LAW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def talks(asking, served) -> dict[int, Consultation]:
    for n, (who, codes) in TALKS.items():
        shown = {f"item-{code}": "declined" for code in sorted(codes)}
        served(who, n, **{"item-CRD-DEB": "", "item-DIG-APP": "", **shown})
    rows = Consultation.objects.with_story().select_related("branch").order_by("pk")
    return dict(zip(TALKS, rows, strict=True))


def answer(record: Consultation, said: tuple[str, str, str]) -> None:
    token = survey.issue(
        conversation=str(record.pk),
        branch=record.branch,
        main=record.main_code,
        presented=[item.product_code for item in record.items.all()],
        day=record.business_date,
        at=timezone.now(),
    )
    names = ("useful", "felt_pushed", "next_need")
    survey.answer(token=token, **dict(zip(names, said, strict=True)), at=timezone.now())


def lying(columns: str = "*") -> list[tuple[object, ...]]:
    """The counts as they lie in the table: no order is asked for."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {AnswerCount._meta.db_table}")
        return cursor.fetchall()


def kept(talks: dict[int, Consultation], given: list[tuple[int, tuple[str, str, str]]]):
    """What lies there after these answers in this order; then nothing does."""
    with transaction.atomic():
        for n, said in given:
            answer(talks[n], said)
        rows = lying()
        if connection.vendor == "postgresql":
            # it lays rows where room is; so that they are all written alike is what counts
            rows.sort()
            assert len(lying("DISTINCT xmin::text")) == 1
        transaction.set_rollback(True)
    return rows


def test_one_answer_is_spread_over_counts_that_share_the_month_alone():
    fields = {field.name for field in AnswerCount._meta.get_fields()}

    assert fields == {"pk", "month", "question", "about", "said", "n"}
    for model in (AnswerCount, Ticket):
        assert [field for field in model._meta.get_fields() if field.is_relation] == []


# --- joins --------------------------------------------------------------------------------------


def known_of(record: Consultation) -> set[str]:
    """Whatever the bank has about one conversation, and its month."""
    row = Consultation.objects.filter(pk=record.pk).values().get()
    codes = {item.product_code for item in record.items.all()}
    own = {str(value) for value in row.values() if value}
    return {*own, *codes, record.branch.code, f"{record.business_date:%Y-%m}"}


def could_be(row: dict[str, object], talks: dict[int, Consultation]) -> list[int]:
    """The conversations that agree with a row in all that it shares with any of them."""
    told = {str(one) for v in row.values() for one in (v if isinstance(v, list) else [v]) if one}
    known = {n: known_of(record) for n, record in talks.items()}
    shared = told & set().union(*known.values())
    return [n for n, facts in known.items() if shared <= facts]


@LAW
@given(st.lists(st.sampled_from(SAID), min_size=4, max_size=4))
def test_law_no_join_leads_from_a_count_to_one_conversation(talks, said):
    with transaction.atomic():
        for n, one in enumerate(said, start=1):
            answer(talks[n], one)

        rows = AnswerCount.objects.filter(n__gt=0).values("month", "question", "about", "said")
        assert [row for row in rows if len(could_be(row, talks)) < 2] == []
        spent = {str(v) for row in Ticket.objects.values() for k, v in row.items() if k != "id"}
        assert spent & {str(v) for row in rows for v in row.values()} <= {""}
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "planted",
    [
        {"branch": "B01", "presented": ["CRD-DEB", "DIG-APP"]},  # all that an answer once kept
        {"about": "DIG-APP", "beside": "CRD-DEB", "branch": "B01"},
        {"record": "uuid"},
        {"at": "recorded_at"},
    ],
)
def test_control_one_column_more_and_the_join_finds_him(talks, planted):
    own = {name: getattr(talks[1], str(value), value) for name, value in planted.items()}

    assert could_be({"month": f"{timezone.localdate():%Y-%m}", "said": "yes"}, talks) == [
        1,
        2,
        3,
        4,
    ]
    assert could_be({"said": "yes", **own}, talks) == [1]


# --- order, and who said it ---------------------------------------------------------------------


@LAW
@given(st.lists(st.sampled_from(SAID), min_size=4, max_size=4), st.permutations(list(TALKS)))
def test_law_the_order_of_answers_leaves_no_trace(talks, said, order):
    by_talk = dict(zip(TALKS, said, strict=True))

    assert kept(talks, [(n, by_talk[n]) for n in order]) == kept(talks, list(by_talk.items()))


@LAW
@given(st.lists(st.sampled_from(SAID), min_size=4, max_size=4), st.permutations(list(TALKS)))
def test_law_another_could_have_said_it(talks, said, mixed):
    """Plans go round among all, and pressure in each branch: the same lies there."""
    useful, felt, needs = zip(*said, strict=True)
    mixed_needs = [needs[n - 1] for n in mixed]
    mixed_felt = [felt[1], felt[0], felt[3], felt[2]]

    others = list(zip(useful, mixed_felt, mixed_needs, strict=True))

    assert kept(talks, list(zip(TALKS, others, strict=True))) == kept(
        talks, list(zip(TALKS, said, strict=True))
    )
