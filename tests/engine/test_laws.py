"""Laws for every edition, picture and offer there can be; long because they belong together."""

import json
import random
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import combinations
from itertools import product as every

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crossbank.engine.advice import advise, basket_problems, excluded_by
from crossbank.engine.eligibility import (
    OfferState,
    day_starts,
    judge,
    local_day,
    state,
    window_days,
)
from crossbank.engine.offer_choice import OfferBook, choices, choose
from crossbank.engine.snapshot import (
    ChangeKind,
    canonical,
    compile_snapshot,
    diff,
    digest,
    from_json,
    problems,
    to_json,
)
from crossbank.engine.tally import Counts, fold, missed
from crossbank.engine.terms import (
    RATING_ORDER,
    TEXTS,
    Advice,
    LiveOffer,
    OfferChoice,
    PairTerms,
    Picture,
    Rating,
    ReasonKind,
)
from tests.engine.bank import fixed
from tests.engine.editions import (
    CODES,
    MAINS,
    any_snapshots,
    cells,
    customer_facts,
    customer_kinds,
    editions,
    inputs,
    live_choices,
    moments,
    offer_codes,
    offer_terms,
    pictures,
    rights,
    zones,
)
from tests.engine.promises import World, broken_promises
from tests.engine.worlds import world

laws = settings(max_examples=100, deadline=None, derandomize=True)
seeds = st.integers(0, 2**16)


def shuffled(items, seed: int) -> list:
    return random.Random(seed).sample(items, len(items))


def advised_codes(advice: Advice) -> set[str]:
    line = [advice.offer_line] if advice.offer_line else []
    return {s.code for s in (*advice.cards, *advice.more, *line)}


# --- editions -----------------------------------------------------------------------------------


@laws
@given(inputs(doubled=True), seeds)
def test_law_shuffled_input_same_digest_same_problems(parts, seed):
    mixed = {name: shuffled(terms, seed) for name, terms in parts.items()}
    mixed["rules"] = [replace(r, subjects=r.subjects[::-1]) for r in mixed["rules"]]
    mixed["needs"] = [replace(n, crosses=n.crosses[::-1]) for n in mixed["needs"]]

    assert digest(compile_snapshot(**mixed)) == digest(compile_snapshot(**parts))
    assert problems(**mixed) == problems(**parts)


@laws
@given(inputs(doubled=True))
def test_law_compiling_a_compiled_edition_changes_nothing(parts):
    edition = compile_snapshot(**parts)

    again = {name: getattr(edition, name) for name in parts}

    assert compile_snapshot(**again) == edition


@laws
@given(any_snapshots)
def test_law_snapshot_to_json_to_snapshot_is_identity(snapshot):
    back = from_json(json.loads(json.dumps(to_json(snapshot))))

    assert back == snapshot
    assert from_json(canonical(snapshot)) == snapshot
    assert digest(back) == digest(snapshot)
    for part in fields(snapshot):
        for before, after in zip(
            getattr(snapshot, part.name), getattr(back, part.name), strict=True
        ):
            assert type(before) is type(after)
            for field in fields(before):
                value = getattr(before, field.name)
                assert type(getattr(after, field.name)) is type(value), field.name


@laws
@given(editions, editions)
def test_law_diff_tells_exactly_what_changed(old, new):
    changes = diff(old, new)
    mirrored = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}

    assert (changes == ()) is (old == new)
    assert diff(new, old) == tuple(replace(c, kind=mirrored.get(c.kind, c.kind)) for c in changes)
    touched = {c.name for c in changes if c.part == "pairs"}
    for main, cross in every(CODES, CODES):
        assert ((main, cross) in touched) is (old.pair(main, cross) != new.pair(main, cross))


@laws
@given(inputs(), st.sampled_from(MAINS), st.sampled_from(MAINS), cells, pictures())
def test_law_editing_one_direction_never_moves_the_other(parts, a, b, edited, seen):
    assume(a != b)
    rest = [p for p in parts["pairs"] if (p.main, p.cross) != (a, b)]
    cell: list[PairTerms] = [replace(edited, main=a, cross=b)] if edited else []
    before, after = compile_snapshot(**parts), compile_snapshot(**(parts | {"pairs": rest + cell}))
    seen = replace(seen, main=b)

    assert after.pair(b, a) == before.pair(b, a)
    assert after.rows.get(b) == before.rows.get(b)
    assert advise(after, seen) == advise(before, seen)


@laws
@given(editions, st.sampled_from(["ru", "el", "en", ""]))
def test_law_a_language_changes_words_and_nothing_else(edition, language):
    spoken = edition.in_language(language)

    terms = [(*one.pairs, *one.steps_up) for one in (edition, spoken)]
    for was, now in zip(*terms, strict=True):
        told = dict(entry.split("=", 1) for entry in was.words)
        texts = {*TEXTS} & {field.name for field in fields(was)}
        said = {name: told.get(f"{language} {name}") or getattr(was, name) for name in texts}
        assert now == replace(was, **said, words=now.words)
    assert replace(spoken, pairs=(), steps_up=()) == replace(edition, pairs=(), steps_up=())
    known = {entry.partition(" ")[0] for term in terms[0] for entry in term.words}
    assert (spoken is edition) is (language not in known)
    assert edition.in_language(language) is spoken
    assert spoken is edition or spoken.in_language("el") is spoken


@laws
@given(editions, pictures(), st.sampled_from(["ru", "el"]))
def test_law_advice_is_the_same_in_every_language(edition, seen, language):
    def shape(advice: Advice) -> list[tuple]:
        parts = {**vars(advice), "offer_line": filter(None, [advice.offer_line])}
        passed = [(code, why.kind) for code, why in parts.pop("passed")]
        return [passed] + [
            [getattr(one, "better", "") or one.product.code for one in listed]
            for listed in parts.values()
        ]

    assert shape(advise(edition.in_language(language), seen)) == shape(advise(edition, seen))


# --- advice -------------------------------------------------------------------------------------


@settings(laws, max_examples=400)
@given(editions, pictures())
def test_law_the_three_keep_their_promises(edition, seen):
    assert broken_promises(edition, seen, advise(edition, seen)) == []


@laws
@given(inputs(), pictures())
def test_law_season_moves_nothing_where_nothing_is_equal(parts, seen):
    parts["pairs"] = [replace(pair, rank=n) for n, pair in enumerate(parts["pairs"])]
    edition = compile_snapshot(**parts)

    now, before = advise(edition, seen), advise(edition, replace(seen, day=None))

    for part in ("cards", "more"):
        assert [s.code for s in getattr(now, part)] == [s.code for s in getattr(before, part)]


@pytest.mark.parametrize(
    ("cells", "ratings", "families"), [(4, "strong possible", "AB"), (5, "good", "AB")]
)
def test_law_the_three_keep_their_promises_in_every_small_world(cells, ratings, families):
    kinds = list(every(families, ratings.split(), "f$"))
    for row in every(kinds, repeat=cells):
        edition = world(", ".join(f"{f}{n} {r} {p}" for n, (f, r, p) in enumerate(row)))

        assert broken_promises(edition, Picture(main="M"), advise(edition, Picture(main="M"))) == []


def test_law_the_three_keep_their_promises_around_every_answered_card():
    for families in every("ABC", repeat=4):
        crosses = [f"{family}{n}" for n, family in enumerate(families)]
        edition = world(", ".join(f"{code} good f" for code in crosses))
        for kept in every(range(3), crosses):
            seen = Picture(main="M", presented=kept[1:], kept=(kept,))

            assert broken_promises(edition, seen, advise(edition, seen)) == []


@laws
@given(editions, pictures())
def test_law_a_forbidden_or_held_product_is_never_advised(edition, seen):
    advice = advise(edition, seen)
    forbidden = {p.cross for p in edition.pairs if p.main == seen.main}
    forbidden -= {
        cross for cross in forbidden if edition.pair(seen.main, cross).rating != "not_allowed"
    }

    assert not advised_codes(advice) & forbidden
    assert not advised_codes(advice) & {*seen.held}
    unrated = {*CODES} - {*edition.rows.get(seen.main, {})}
    assert not advised_codes(advice) & unrated


@laws
@given(inputs(), pictures(), seeds)
def test_law_shuffled_input_same_advice(parts, seen, seed):
    mixed = compile_snapshot(**{name: shuffled(terms, seed) for name, terms in parts.items()})
    sets = ("presented", "taken", "held", "kept", "retired")
    turned = replace(seen, **{name: tuple(shuffled(getattr(seen, name), seed)) for name in sets})
    offers = dict(shuffled(list(seen.offers.items()), seed))

    assert advise(mixed, replace(turned, offers=offers)) == advise(compile_snapshot(**parts), seen)


@laws
@given(editions, pictures(kept=st.just(())))
def test_law_answering_cards_moves_none_of_them(edition, seen):
    cards = [s.code for s in advise(edition, seen).cards]
    slots = list(enumerate(cards))

    for size in range(1, len(slots) + 1):
        for kept in combinations(slots, size):
            said = (*seen.presented, *(code for _, code in kept))
            after = advise(edition, replace(seen, presented=said, kept=kept))

            assert [s.code for s in after.cards] == cards


@laws
@given(editions, pictures(), live_choices)
def test_law_offers_never_lift_a_rating(edition, seen, offers):
    never_lifted(edition, seen, offers)


@laws
@given(
    editions,
    pictures(),
    st.lists(offer_terms(), max_size=6),
    rights(),
    offer_codes,
    customer_kinds,
    moments,
    zones,
)
def test_law_neither_offers_nor_rights_lift_a_rating(
    edition, seen, offers, held, gone, kind, at, zone
):
    asked = {"main": seen.main, "customer_kind": kind, "at": at, "zone": zone}
    never_lifted(edition, seen, choices(offers, rights=held, used_up=gone, **asked))


def never_lifted(edition, seen, offers) -> None:
    def standing(advice: Advice) -> list[tuple]:
        wanted = World(edition, seen).wanted
        return [(s.code not in wanted, RATING_ORDER[s.pair.rating]) for s in advice.more]

    without, with_them = (advise(edition, replace(seen, offers=o)) for o in ({}, offers))

    for s in (*with_them.cards, *with_them.more):
        assert s.pair == edition.pair(seen.main, s.code)
        assert s.ask_first is (s.pair.rating is Rating.POSSIBLE)
    assert standing(with_them) == sorted(standing(with_them))
    assert {s.code for s in (*with_them.cards, *with_them.more)} == {
        s.code for s in (*without.cards, *without.more)
    }
    assert (with_them.not_allowed, with_them.why_not) == (without.not_allowed, without.why_not)


@laws
@given(editions, pictures())
def test_law_what_taken_products_rule_out_drops_out_and_is_not_missed(edition, seen):
    taken = {*seen.taken} - {seen.main}
    ruled_out = {code for code in CODES if excluded_by(edition, taken, code)}
    quiet = replace(seen, presented=(), taken=tuple(taken), kept=(), retired=())

    left = advised_codes(advise(edition, quiet)) - taken
    not_told = missed(edition, main=seen.main, presented=(), held=seen.held, taken=taken)

    assert not left & ruled_out
    assert not {*not_told} & ruled_out
    recommended = {
        c for c, p in edition.rows.get(seen.main, {}).items() if RATING_ORDER[p.rating] < 2
    }
    assert {*not_told} == recommended - ruled_out - taken - {*seen.held}


@laws
@given(editions, pictures())
def test_law_taking_what_is_advised_breaks_no_rule_of_its_own(edition, seen):
    """One more product from the cards never adds a problem that names it or was not there."""
    bare = replace(seen, presented=(), taken=(), kept=())
    for card in advise(edition, bare).cards:
        found = basket_problems(edition, main=seen.main, taken=[card.code], held=seen.held)

        assert found == ()


# --- offers -------------------------------------------------------------------------------------

one_cross = st.lists(offer_terms(cross=st.just("X")), unique_by=lambda o: o.code, max_size=5)


@laws
@given(one_cross, st.sampled_from(MAINS), customer_kinds, customer_facts, moments, zones, seeds)
def test_law_choose_is_independent_of_the_order_and_forgets_nobody(
    offers, main, kind, facts, at, zone, seed
):
    asked = {"main": main, "customer_kind": kind, "at": at, "zone": zone, "facts": facts}

    choice = choose(offers, **asked)

    assert choose(shuffled(offers, seed), **asked) == choice
    named = [o.terms.code for o in choice.losing] + (
        [choice.live.terms.code] if choice.live else []
    )
    assert sorted(named) == sorted(o.code for o in offers if main in o.mains)
    fit = [o for o in offers if isinstance(judge(o, **asked), LiveOffer)]
    beaten = (ReasonKind.LOWER_PRIORITY, ReasonKind.ONE_PRICE_BENEFIT)
    lost = [o.terms.code for o in choice.losing if o.reason.kind in beaten]
    # at most one benefit of any kind: all that fit but one have lost to it
    assert len(lost) == max(len(fit) - 1, 0)
    assert choice.live is None or choice.live.terms.priority == max(o.priority for o in fit)


@settings(laws, max_examples=200)
@given(
    one_cross,
    rights(cross=st.just("X")),
    offer_codes,
    st.sampled_from(MAINS),
    customer_kinds,
    customer_facts,
    moments,
    zones,
    seeds,
)
def test_law_any_order_of_offers_and_rights_gives_the_same_choice(
    offers, held, gone, main, kind, facts, at, zone, seed
):
    asked = {"main": main, "customer_kind": kind, "at": at, "zone": zone, "facts": facts}

    choice = choose(offers, rights=held, used_up=gone, **asked)

    again = choose(
        shuffled(offers, seed), rights=shuffled(held, seed), used_up=sorted(gone), **asked
    )
    book = OfferBook(shuffled(offers, seed), rights=shuffled(held, seed + 1), used_up=gone)
    assert again == choice
    assert book.choices(**asked).get("X", OfferChoice()) == choice
    soonest = {r.terms.code: r for r in sorted(held, key=lambda r: (r.until, r.code), reverse=True)}
    fit = [o for o in offers if o.code not in soonest and isinstance(judge(o, **asked), LiveOffer)]
    fit += [r.terms for r in soonest.values() if at < r.until]
    fit = [terms for terms in fit if terms.code not in gone]
    best = min(fit, key=lambda o: (-o.priority, o.code), default=None)
    assert (choice.live.terms if choice.live else None) == best
    if choice.live:
        assert choice.live.right == soonest.get(best.code)


@laws
@given(st.lists(offer_terms(), max_size=8), customer_kinds, customer_facts, moments, zones)
def test_law_choices_are_the_choice_of_each_cross(offers, kind, facts, at, zone):
    asked = {"main": "A", "customer_kind": kind, "at": at, "zone": zone, "facts": facts}

    for cross, choice in choices(offers, **asked).items():
        assert choice == choose([o for o in offers if o.cross == cross], **asked)
        assert choice.live or choice.losing


@settings(laws, max_examples=200)
@given(
    st.lists(offer_terms(), unique_by=lambda o: o.code, max_size=6),
    rights(),
    st.dictionaries(st.sampled_from(CODES), st.sampled_from("123456"), max_size=3),
    customer_kinds,
    moments,
    zones,
    seeds,
)
def test_law_of_one_group_one_offer_is_used_in_any_order(offers, held, used, kind, at, zone, seed):
    asked = {"main": "A", "customer_kind": kind, "at": at, "zone": zone}

    found = choices(offers, rights=held, used=used, **asked)

    again = choices(shuffled(offers, seed), rights=shuffled(held, seed), used=used, **asked)
    assert again == found
    live = {cross: one.live.terms for cross, one in found.items() if one.live}
    in_use = [terms for cross, terms in live.items() if used.get(cross) == terms.code]
    groups = [terms.exclusion_group for terms in in_use if terms.exclusion_group]
    assert len(groups) == len({*groups})
    for terms in live.values():
        assert terms in in_use or terms.exclusion_group not in groups


@settings(laws, max_examples=200)
@given(offer_terms(), moments, zones, customer_kinds)
def test_law_a_live_offer_is_open_now_and_its_end_is_the_end_of_a_day(terms, at, zone, kind):
    verdict = judge(terms, main=terms.mains[0], customer_kind=kind, at=at, zone=zone)

    if isinstance(verdict, LiveOffer):
        assert state(terms, at, zone) is OfferState.NOW
        assert (verdict.last_day is None) is (verdict.ends_at is None)
        if verdict.ends_at:
            assert at < verdict.ends_at == day_starts(verdict.last_day + timedelta(days=1), zone)
            assert local_day(verdict.ends_at - timedelta(microseconds=1), zone) == verdict.last_day
    elif verdict.kind in (ReasonKind.NOT_YET, ReasonKind.ENDED, ReasonKind.PAUSED):
        assert state(terms, at, zone) is not OfferState.NOW


# every day, and more often those around the end of February
dates = st.dates(date(2023, 1, 1), date(2029, 12, 31)) | st.sampled_from(
    [date(y, 2, 26) + timedelta(days=n) for y in range(2023, 2030) for n in range(6)]
)


def _is_inner_leap_day(day: date, names: set) -> bool:
    return (day.month, day.day) == (2, 29) and {(2, 28), (3, 1)} <= names


@settings(laws, max_examples=400)
@given(dates, st.integers(1, 4) | st.integers(1, 365), dates)
def test_law_a_yearly_window_is_never_over_and_comes_every_year(from_on, days, day):
    terms = fixed(
        *("O", "X", "M"),
        first=from_on,
        until=from_on + timedelta(days=days),
        repeats_yearly=True,
    )
    day = max(day, from_on)

    first, until = window_days(terms, day)

    assert day < until
    assert 0 < (window_days(terms, until)[0] - first).days <= 366
    # open means: one of its days, first to last, has this name in the calendar
    names = {(d.month, d.day) for d in (from_on + timedelta(days=n) for n in range(days))}
    assert (first <= day) is ((day.month, day.day) in names or _is_inner_leap_day(day, names))


# --- counts -------------------------------------------------------------------------------------

counts = st.builds(Counts, **{f.name: st.integers(-9, 99) for f in fields(Counts)})


@laws
@given(st.lists(counts, max_size=8), seeds, st.integers(0, 8))
def test_law_counts_fold_in_any_order_and_grouping(items, seed, cut):
    total = fold(items)

    assert fold(shuffled(items, seed)) == total
    assert fold(items[:cut]) + fold(items[cut:]) == total
    assert total - fold(items[cut:]) == fold(items[:cut])
    assert total.total == sum(item.total for item in items)


@laws
@given(editions, pictures(), st.sets(st.sampled_from(CODES)))
def test_law_what_a_customer_silenced_is_no_better_main_either(edition, seen, codes):
    quiet = replace(seen, silenced=dict.fromkeys(codes, date(2027, 1, 1)))

    steps = advise(edition, quiet).steps_up

    assert steps == tuple(s for s in advise(edition, seen).steps_up if s.better not in codes)
