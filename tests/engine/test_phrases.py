"""Patterns that a product owner writes, and what rules made of them find."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossbank.engine.phrases import Kind, Phrasebook, PhraseRule, Severity, Use, check
from crossbank.engine.wording import Fault, PatternError, pattern, read


def rule(*patterns: str, **fields) -> PhraseRule:
    defaults = {"code": "R", "language": "en", "kind": Kind.TYING}
    return PhraseRule(patterns=patterns, **{**defaults, **fields})


def quotes(text: str, *rules: PhraseRule, **options) -> list[str]:
    return [found.quote for found in check(text, rules=rules, **options)]


@pytest.mark.parametrize(
    ("written", "text", "quoted"),
    [
        ("last chance", "Your LAST  chance!", ["LAST  chance"]),
        ("last chance", "At last. Chance decides.", []),
        ("last chance", "a blast chance", []),
        ("open*", "Opening and reopening, open", ["Opening", "open"]),
        ("only if ... also", "Only if you, my friend, also", ["Only if you, my friend, also"]),
        ("only if ... also", "only if a b c d e also", ["only if a b c d e also"]),
        ("only if ... also", "only if a b c d e f also", []),
        ("only if ... also", "Only if you want. We also", []),
        ("[a|the very] last", "The very last, a last, very last", ["The very last", "a last"]),
        ("do [not|] sign", "do sign, do not sign", ["do sign", "do not sign"]),
        ("costs #", "costs 24.00, costs 0.00, costs nothing", ["costs 24.00"]),
        ("don't", "Don’t, don´t, dont", ["Don’t", "don´t"]),
        ("sign up", "sign-up", ["sign-up"]),
        ("cafe", "Café CAFÉ", ["Café", "CAFÉ"]),
        ("last chance", "ｌａｓｔ　ｃｈａｎｃｅ", ["ｌａｓｔ　ｃｈａｎｃｅ"]),
        ("last chance", "last\u00a0cha\u200bnce", ["last\u00a0cha\u200bnce"]),
        ("еще", "ЕЩЁ еще", ["ЕЩЁ", "еще"]),
        ("мой", "мои мой", ["мой"]),
        ("ευκαιρία", "ΕΥΚΑΙΡΙΑ ευκαιρια", ["ΕΥΚΑΙΡΙΑ", "ευκαιρια"]),
        ("όρος", "ΟΡΟΣ", ["ΟΡΟΣ"]),
        ("μόνο", "να; μόνο", ["μόνο"]),
        ("สนใจ...ไหม", "คุณสนใจทำประกันไหมคะ", ["สนใจทำประกันไหม"]),
        ("น้ำ", "ราคาน้ำมัน", ["น้ำ"]),
        ("要不要...办", "您要不要顺便办个卡？", ["要不要顺便办"]),
        ("要不要...办", "要不要？办", []),
        ("[想|要]办", "想办卡", ["想办"]),
        ("want ... ?", "You want a card? You want a card.", ["want a card?"]),
        ("办 ... [吗|没有] ?", "您办卡吗？您办卡没有。", ["办卡吗？"]),
        ("θέλετε ... ;", "Θέλετε κάρτα; Θέλετε κάρτα.", ["Θέλετε κάρτα;"]),
    ],
)
def test_pattern_takes_what_it_says(written, text, quoted) -> None:
    assert quotes(text, rule(written)) == quoted


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", Fault.EMPTY),
        ("  ", Fault.EMPTY),
        ("[a|]", Fault.EMPTY),
        ("# #", Fault.EMPTY),
        ("?", Fault.EMPTY),
        ("... end", Fault.GAP),
        ("start ...", Fault.GAP),
        ("[a ... b] c", Fault.GAP),
        ("[a|b", Fault.BRACKET),
        ("a] b", Fault.BRACKET),
        ("[a|[b]]", Fault.BRACKET),
        ("[|] a", Fault.BRACKET),
        ("a*", Fault.STAR),
        ("op*en", Fault.STAR),
        ("* open", Fault.STAR),
        ("开*", Fault.STAR),
        ("what?", Fault.SIGN),
        ("(a+)+$", Fault.SIGN),
        ("a.b", Fault.SIGN),
        ("a|b", Fault.SIGN),
        ("a " * 301, Fault.LONG),
        ("a ... b ... c ... d ... e ... f", Fault.LONG),
    ],
)
def test_pattern_that_cannot_be_read_says_why(written, fault) -> None:
    with pytest.raises(PatternError) as refused:
        rule(written)

    assert refused.value.fault is fault


def test_finding_points_at_the_words_as_they_were_written() -> None:
    text = "Ｙｏｕ “MUST” sign \u0301now"

    (found,) = check(text, rules=[rule("must sign")])

    assert (found.start, found.end, found.quote) == (5, 15, "MUST” sign")
    assert text[found.start : found.end] == found.quote


def test_good_form_wins_only_where_it_overlaps() -> None:
    condition = rule("condition of", unless=("[not|none] ... condition",))

    assert quotes("It is not a condition of the loan.", condition) == []
    assert quotes("None of it is a condition of the loan", condition) == []
    assert quotes("Not today. It is a condition of the loan.", condition) == ["condition of"]
    both = "It is not a condition of A. It is a condition of B."
    assert [f.start for f in check(both, rules=[condition])] == [both.rindex("condition")]


def test_consent_may_open_with_a_question_and_may_not_press() -> None:
    opener = rule("would you like", kind=Kind.OPENER)
    press = rule("you must", kind=Kind.PRESSURE, severity=Severity.SEVERE, code="P")
    text = "Would you like the letter? You must say yes."

    found = {use: quotes(text, opener, press, use=use) for use in Use}

    both = ["Would you like", "You must"]
    assert found == {
        Use.SAY: both,
        Use.SCRIPT: both,
        Use.DISCLOSURE: both,
        Use.CONSENT: ["You must"],
    }


@pytest.mark.parametrize(
    ("text", "is_free", "quoted"),
    [
        ("The card is free.", False, ["free"]),
        ("The card is free.", True, []),
        ("Free, then 24.00 a year.", False, []),
        ("Free, then 2 a month.", False, []),
        ("Free; instead of 0.00", False, ["Free"]),
        ("Free, then 0 a month.", False, ["Free"]),
        ("Free for 3 months.", False, ["Free"]),
        ("Free. It costs 24,00.", False, []),
    ],
)
def test_free_needs_the_cost_in_the_same_text(text, is_free, quoted) -> None:
    claim = rule("free", kind=Kind.FREE_CLAIM, costs=("# a month",))

    assert quotes(text, claim, is_free=is_free) == quoted


def test_language_narrows_and_none_means_all() -> None:
    rules = (rule("last"), rule("шанс", code="S", language="ru"))

    assert quotes("last шанс", *rules) == ["last", "шанс"]
    assert quotes("last шанс", *rules, language="ru") == ["шанс"]


def test_opener_never_blocks() -> None:
    with pytest.raises(ValueError, match="never blocks"):
        rule("would you", kind=Kind.OPENER, severity=Severity.SEVERE)


BOOK = Phrasebook(
    (
        rule("only if ... also", "[a|b c|] de*", "# a [year|month]", "要不要...办"),
        rule("not ... [x|y]", code="S", unless=("not x",)),
        rule("free", code="F", kind=Kind.FREE_CLAIM, costs=("# a year",)),
    )
)


@given(st.text())
def test_no_text_raises_and_quotes_are_of_the_text(text) -> None:
    words = read(text)
    assert all(0 <= w.start < w.end <= len(text) and w.text for w in words)

    for found in BOOK.check(text):
        assert found.quote == text[found.start : found.end] != ""


@given(st.text(alphabet=st.characters(codec=None)))
def test_lone_surrogates_and_unassigned_signs_do_not_raise(text) -> None:
    BOOK.check(text + "\ud800 \U0010ffff only if")


@given(st.text(alphabet="ab* .[]|#'开ก-", max_size=40))
def test_every_pattern_is_read_or_refused_in_words(written) -> None:
    try:
        firsts = pattern(written).firsts
    except PatternError:  # any other error is a failure
        return

    assert firsts


@given(st.sampled_from(["last chance", "only if ... also", "[a|b c] d"]), st.text(max_size=30))
def test_a_good_form_never_adds_a_finding(written, text) -> None:
    text = f"{text} only if you also {text} last chance a d"

    plain = set(quotes(text, rule(written)))

    assert set(quotes(text, rule(written, unless=("[you|last]",)))) <= plain


def test_no_pattern_runs_away() -> None:
    greedy = rule(" ... ".join(["aa*"] * 5) + " end", "[aa|aa aa|aa aa aa] " * 25 + "end")
    text = "aa " * 500

    started = time.perf_counter()
    check(text, rules=[greedy])

    assert time.perf_counter() - started < 5  # linear in the text; exponential would not end
