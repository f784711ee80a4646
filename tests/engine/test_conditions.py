"""Three layers of conditions: what is known refuses, what is not known is asked, nothing lifts."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossbank.engine.advice import advise
from crossbank.engine.conditions import (
    AGE_BANDS,
    Attribute,
    Condition,
    Facts,
    Layer,
    Operator,
    Outcome,
    condition_from_plain,
    condition_to_plain,
    judge,
)
from crossbank.engine.explain import Place, explain
from crossbank.engine.layers import reasons_of
from crossbank.engine.snapshot import compile_snapshot, diff, digest, from_json, to_json
from crossbank.engine.terms import RATING_ORDER, CustomerKind, Picture, Reason, ReasonKind, StepUp
from tests.engine.editions import CODES, inputs, pictures
from tests.engine.worlds import codes, refused, wants, world

laws = settings(max_examples=100, deadline=None, derandomize=True)


def when(words: str, message: str = "no", ask: str = "") -> Condition:
    """`"eligibility age_band is_one_of 18-26 27-64"`."""
    layer, attribute, operator, *values = words.split()
    return Condition(
        layer=Layer(layer),
        attribute=Attribute(attribute),
        operator=Operator(operator),
        values=tuple(values),
        message=message,
        ask=ask,
    )


MET, REFUSED, UNKNOWN = Outcome.MET, Outcome.REFUSED, Outcome.UNKNOWN
GROWN = "eligibility age_band is_one_of 18-26 27-64 65+"
TABLE = [
    # a condition, what is known, the verdict
    (GROWN, {}, UNKNOWN),
    (GROWN, {"age_band": "18-26"}, MET),
    (GROWN, {"age_band": "14-17"}, REFUSED),
    ("eligibility age_band is_none_of 0-13", {"age_band": "0-13"}, REFUSED),
    ("eligibility age_band is_none_of 0-13", {"age_band": "65+"}, MET),
    ("eligibility age_band is_none_of 0-13", {}, UNKNOWN),
    ("eligibility customer_kind is_one_of existing", {"customer_kind": "new"}, REFUSED),
    ("eligibility customer_kind is_one_of existing", {"customer_kind": "existing"}, MET),
    ("eligibility customer_kind is_one_of existing", {}, UNKNOWN),
    ("applicability need is_one_of TRAVEL", {"need": "TRAVEL"}, MET),
    ("applicability need is_one_of TRAVEL", {"need": "SAVE"}, REFUSED),
    ("applicability need is_one_of TRAVEL", {}, UNKNOWN),
    ("suitability need is_none_of SAVE", {"need": "SAVE"}, REFUSED),
    # what he is known to have proves something; what nobody mentioned proves nothing
    ("suitability holds is_one_of ACC", {"holds": ("ACC", "X")}, MET),
    ("suitability holds is_one_of ACC", {"holds": ("X",)}, UNKNOWN),
    ("suitability holds is_one_of ACC", {"customer_kind": "existing"}, UNKNOWN),
    ("suitability holds is_one_of ACC", {"customer_kind": "new"}, REFUSED),
    ("suitability holds is_one_of ACC", {"customer_kind": "new", "holds": ("ACC",)}, MET),
    ("applicability holds is_none_of ACC", {"holds": ("ACC",)}, REFUSED),
    ("applicability holds is_none_of ACC", {"holds": ("X",)}, UNKNOWN),
    ("applicability holds is_none_of ACC", {"customer_kind": "new"}, MET),
    ("eligibility channel is_one_of branch phone", {"channel": "branch"}, MET),
    ("eligibility channel is_one_of online", {"channel": "branch"}, REFUSED),
    ("eligibility branch is_one_of B01", {"branch": "B02"}, REFUSED),
    ("eligibility branch is_one_of B01", {"region": "R"}, UNKNOWN),
    ("eligibility region is_none_of R-EAST", {"region": "R-EAST"}, REFUSED),
    ("eligibility region is_none_of R-EAST", {"region": "R-NORTH"}, MET),
    # no values: nobody is among them
    ("eligibility region is_one_of", {"region": "R"}, REFUSED),
    ("eligibility region is_none_of", {"region": "R"}, MET),
]


@pytest.mark.parametrize(("words", "known", "outcome"), TABLE)
def test_a_condition_is_met_refused_or_not_known(words, known, outcome):
    assert judge([when(words)], Facts(**known)).outcome is outcome


def test_a_refusal_counts_whatever_else_is_not_known_and_the_layers_tell_it_in_order():
    late = when("suitability region is_one_of R", "a serves him not")
    early = when("eligibility region is_one_of R", "z may not")
    other = when("eligibility branch is_one_of B", "b may not here")
    unknown = when(GROWN)

    verdict = judge([late, unknown, early, other, early], Facts(region="S", branch="C"))

    assert verdict.outcome is REFUSED
    assert [one.message for one in verdict.refused] == [
        *("b may not here", "z may not", "a serves him not")
    ]
    assert verdict.unknown == (unknown,)


def test_nothing_is_asked_of_nobody():
    assert judge((), Facts()).outcome is MET


# --- advice -------------------------------------------------------------------------------------


def asked(*conditions: Condition, seen: Picture | None = None, row: str = "A1 good f, B1 good f"):
    edition = world(row, A1={"conditions": conditions}, needs=[wants("A1")])
    return edition, advise(edition, seen or Picture(main="M"))


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        ("eligibility", "not_eligible"),
        ("applicability", "not_now"),
        ("suitability", "not_in_interest"),
    ],
)
def test_what_is_refused_drops_out_with_its_words(layer, kind):
    condition = when(f"{layer} customer_kind is_one_of existing", "only for our customers")

    _, advice = asked(condition, seen=Picture(main="M", customer_kind=CustomerKind.NEW))

    assert codes(advice.cards) == "B1"
    assert refused(advice.why_not) == [("A1", kind, "")]
    assert advice.why_not[0].reason.text == "only for our customers"


def test_what_is_not_known_is_one_line_on_the_card_and_hides_nothing():
    conditions = (
        when(GROWN, ask="Is the customer 18 or older?"),
        when("suitability need is_one_of N"),
        when("applicability customer_kind is_one_of new", ask="New here?"),
        when("applicability branch is_one_of B", ask="Is the customer 18 or older?"),
        when("suitability need is_none_of O"),
    )

    _, advice = asked(*conditions)
    _, before = asked()

    assert codes(advice.cards) == codes(before.cards) == "A1 B1"
    assert advice.cards[0].reasons == (
        *before.cards[0].reasons,
        Reason(
            kind=ReasonKind.ASK,
            text="Is the customer 18 or older? New here?",
            subjects=("need",),
        ),
    )
    assert advice.why_not == ()


def test_a_stated_need_that_the_edition_does_not_know_says_nothing():
    condition = when("suitability need is_one_of OTHER")

    assert codes(asked(condition, seen=Picture(main="M", need="?"))[1].cards) == "A1 B1"
    assert codes(asked(condition, seen=Picture(main="M", need="N"))[1].cards) == "B1"


def test_he_has_what_he_came_for_and_what_he_takes_but_not_what_is_judged():
    owns = when("eligibility holds is_one_of M B1")
    lacks = when("applicability holds is_none_of A1 B1")
    new = Picture(main="M", customer_kind=CustomerKind.NEW)

    assert asked(owns, seen=new)[1].why_not == ()
    assert reasons_of(asked(lacks)[0].product["A1"], replace(new, taken=("A1",))) == ()
    assert refused(asked(lacks, seen=replace(new, taken=("B1",)))[1].why_not) == [
        ("A1", "not_now", "")
    ]


def test_what_was_said_stays_said():
    no = when("eligibility customer_kind is_one_of existing")
    seen = Picture(
        main="M",
        customer_kind=CustomerKind.NEW,
        presented=("A1",),
        taken=("A1",),
        kept=((0, "A1"),),
    )

    assert codes(asked(no, seen=seen)[1].cards) == "A1 B1"


def test_a_better_main_that_he_may_not_have_is_not_proposed():
    no = when("eligibility customer_kind is_one_of existing", "only ours")
    edition = world(
        "A1 good f, B1 good f",
        B1={"conditions": (no,)},
        steps_up=[StepUp(main="M", better="C1"), StepUp(main="M", better="B1")],
    )
    new = Picture(main="M", customer_kind=CustomerKind.NEW)

    assert [s.better for s in advise(edition, Picture(main="M")).steps_up] == ["B1", "C1"]
    assert [s.better for s in advise(edition, new).steps_up] == ["C1"]


def test_explain_tells_every_layer_and_the_question():
    conditions = (
        when("suitability customer_kind is_one_of existing", "serves members"),
        when("eligibility customer_kind is_one_of existing", "members only"),
        when(GROWN, ask="Of age?"),
    )
    edition, _ = asked(*conditions)

    lines = {
        kind: {line.product.code: line for line in explain(edition, seen).lines}["A1"]
        for kind, seen in (
            ("new", Picture(main="M", customer_kind=CustomerKind.NEW)),
            ("", Picture(main="M")),
        )
    }

    assert lines["new"].place is Place.REFUSED
    assert [(r.kind.value, r.text) for r in lines["new"].layers] == [
        ("not_eligible", "members only"),
        ("not_in_interest", "serves members"),
        ("ask", "Of age?"),
    ]
    assert lines[""].place is Place.CARD
    assert [(r.kind.value, r.text, r.subjects) for r in lines[""].layers] == [
        ("ask", "Of age?", ("customer_kind",))
    ]


# --- editions -----------------------------------------------------------------------------------


def test_an_edition_keeps_conditions_in_one_order_and_gives_them_back():
    one, two = when("eligibility branch is_one_of B2 B1"), when("suitability need is_one_of N")
    edition = world("A1 good f", A1={"conditions": (two, one, one)})
    turned = world("A1 good f", A1={"conditions": (one, two)})

    kept = edition.product["A1"].conditions

    assert kept == (replace(one, values=("B1", "B2")), two)
    assert digest(edition) == digest(turned) != digest(world("A1 good f"))
    assert [(c.name, c.fields) for c in diff(world("A1 good f"), edition)] == [
        (("A1",), ("conditions",))
    ]
    back = from_json(json.loads(json.dumps(to_json(edition)))).product["A1"].conditions
    assert back == kept
    assert [type(back[0].layer), type(back[0].values)] == [Layer, tuple]


def test_an_edition_from_before_conditions_has_none():
    plain = to_json(world("A1 good f"))
    for product in plain["products"]:
        del product["conditions"]

    assert from_json(plain) == world("A1 good f")


@pytest.mark.parametrize("trouble", [{"mood": 1}, {"layer": "x"}, {"attribute": "mood"}])
def test_a_condition_that_nobody_wrote_is_refused(trouble):
    plain = condition_to_plain(when(GROWN)) | trouble

    with pytest.raises((TypeError, ValueError)):
        condition_from_plain(plain)


# --- laws ---------------------------------------------------------------------------------------

_VALUES = {
    Attribute.CUSTOMER_KIND: ("new", "existing"),
    Attribute.AGE_BAND: AGE_BANDS,
    Attribute.NEED: ("N", "O"),
    Attribute.HOLDS: CODES,
    Attribute.CHANNEL: ("branch", "phone"),
    Attribute.BRANCH: ("B1", "B2"),
    Attribute.REGION: ("R", "S"),
}


def conditions(attribute: Attribute):
    return st.builds(
        Condition,
        layer=st.sampled_from(Layer),
        attribute=st.just(attribute),
        operator=st.sampled_from(Operator),
        values=st.lists(st.sampled_from(_VALUES[attribute]), max_size=3).map(tuple),
        message=st.sampled_from("xy"),
        ask=st.sampled_from(["", "p?", "q?"]),
    )


any_condition = st.sampled_from(Attribute).flatmap(conditions)
any_facts = st.builds(
    Facts,
    holds=st.lists(st.sampled_from(CODES), max_size=2).map(tuple),
    **{
        attribute.value: st.sampled_from(["", *values])
        for attribute, values in _VALUES.items()
        if attribute is not Attribute.HOLDS
    },
)


@laws
@given(st.lists(any_condition, max_size=5), any_facts, st.randoms(use_true_random=False))
def test_law_the_verdict_does_not_depend_on_the_order(listed, facts, dice):
    turned = [*listed, *listed[:2]]
    dice.shuffle(turned)

    assert judge(turned, facts) == judge(listed, facts)


@laws
@given(any_condition, any_facts)
def test_law_one_condition_and_its_opposite_are_never_both_met(condition, facts):
    opposite = {Operator.IS_ONE_OF: Operator.IS_NONE_OF, Operator.IS_NONE_OF: Operator.IS_ONE_OF}
    other = replace(condition, operator=opposite[condition.operator])

    both = [judge([one], facts).outcome for one in (condition, other)]

    assert sorted(both) in ([MET, REFUSED], [UNKNOWN, UNKNOWN])


@laws
@given(any_condition)
def test_law_a_condition_comes_back_from_json(condition):
    plain = json.loads(json.dumps(condition_to_plain(condition)))

    assert condition_from_plain(plain) == condition


def _advised(advice) -> dict[str, Reason | None]:
    shown = (*advice.cards, *advice.more, *filter(None, [advice.offer_line]))
    return {s.code: s.pair for s in shown}


@settings(laws, max_examples=300)
@given(inputs(), pictures(), st.sampled_from(CODES), any_condition)
def test_law_a_condition_more_adds_no_suggestion_and_lifts_no_rating(parts, seen, code, more):
    stricter = [
        replace(p, conditions=(*p.conditions, more)) if p.code == code else p
        for p in parts["products"]
    ]
    one = compile_snapshot(**parts)
    two = compile_snapshot(**(parts | {"products": stricter}))

    before, after = advise(one, seen), advise(two, seen)

    assert _advised(after).items() <= _advised(before).items()
    assert {*after.steps_up} <= {*before.steps_up}
    assert after.not_allowed == before.not_allowed or code in {
        r.product.code for r in after.not_allowed
    }
    ranked = [RATING_ORDER[s.pair.rating] for s in after.more if s.code not in _wanted(one, seen)]
    assert ranked == sorted(ranked)


def _wanted(edition, seen) -> set[str]:
    return {c for n in edition.needs if n.code == seen.need for c in n.crosses}


@laws
@given(inputs(), pictures())
def test_law_advice_and_reasons_agree(parts, seen):
    """What is refused is in `why_not` with that very reason, unless something else came first."""
    edition = compile_snapshot(**parts)
    advice = advise(edition, seen)
    quiet = {"not_eligible", "not_now", "not_in_interest"}

    for s in (*advice.cards, *advice.more):
        asks = [r for r in s.reasons if r.kind is ReasonKind.ASK]
        told = reasons_of(s.product, seen, edition)
        is_refused = bool(told) and told[0].kind.value in quiet
        assert asks == ([] if is_refused else [r for r in told if r.kind is ReasonKind.ASK])
        answered = {*seen.presented, *seen.taken, *(code for _, code in seen.kept)}
        assert not is_refused or s.code in answered
    for refusal in advice.why_not:
        if refusal.reason.kind.value in quiet:
            assert refusal.reason == reasons_of(refusal.product, seen, edition)[0]
