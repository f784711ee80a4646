"""What the desks did with the pairs that the matrix recommends, in a few grouped queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Count

from crossbank.desk.models import COUNTED_ONLY, Consultation, ConsultationItem
from crossbank.engine.health import ENOUGH_TO_JUDGE, Finding, Said, judge_practice
from crossbank.engine.terms import PairTerms, Rating, Response, Snapshot
from crossbank.matrix import editions
from crossbank.matrix.services import Draft

DAYS = 90
_Pair = tuple[str, str]
_Seen = tuple[str, int]  # main code, row id of the edition that was shown


def findings(draft: Draft, at: datetime) -> tuple[Finding, ...]:
    """This will judge the recommended pairs of the working copy by the last 90 days.

    A conversation counts for a pair only under editions that rated it as the working copy does:
    what became strong yesterday is not blamed for last month. Who has a product already cannot be
    shown it, so such a conversation is no chance.
    """
    since = at.date() - timedelta(days=DAYS - 1)
    talks = _talks(since)
    if not talks:
        return ()
    answers = _answers(since)
    # read once: there may be more of them than stay in memory
    shown = {
        pk: editions.load(pk).snapshot for pk in sorted({pk for by in talks.values() for pk in by})
    }
    said: dict[_Pair, Said] = {}
    for pair in draft.snapshot.pairs:
        if pair.rating in (Rating.STRONG, Rating.GOOD) and pair.main in talks:
            seen = [(pair.main, pk) for pk in talks[pair.main] if _rated(pair, shown[pk])]
            said[pair.main, pair.cross] = _sum(pair.cross, seen, talks[pair.main], answers)
    silent = {
        name
        for name, facts in said.items()
        if not facts.presented and facts.chances >= ENOUGH_TO_JUDGE
    }
    for name, times in _held(since, silent, draft.snapshot, shown).items():
        facts = said[name]
        said[name] = Said(chances=facts.chances - times, presented=0, refused=0)
    return judge_practice(draft.snapshot, said)


def _standing(since: date) -> Iterable:
    found = Consultation.objects.standing().filter(business_date__gte=since)
    return found.exclude(source__in=COUNTED_ONLY)


def _talks(since: date) -> dict[str, dict[int, int]]:
    """main -> edition -> number of conversations."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    rows = _standing(since).values_list("main_code", "edition_id").annotate(times=Count("pk"))
    for main, edition, times in rows.order_by("main_code", "edition_id"):
        found[main][edition] = times
    return found


def _answers(since: date) -> dict[_Seen, dict[str, Counter[str]]]:
    """(main, edition) -> cross -> answers."""
    items = ConsultationItem.objects.filter(consultation__in=_standing(since))
    rows = items.values_list(
        "consultation__main_code", "consultation__edition_id", "product_code", "response"
    ).annotate(times=Count("pk"))
    found: dict[_Seen, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for main, edition, cross, response, times in rows.order_by():
        found[main, edition][cross][response] = times
    return found


def _rated(pair: PairTerms, shown: Snapshot) -> bool:
    """Whether an edition rated the pair as it is rated now."""
    then = shown.pair(pair.main, pair.cross)
    return then is not None and then.rating is pair.rating


def _sum(
    cross: str,
    seen: Iterable[_Seen],
    talks: Mapping[int, int],
    answers: Mapping[_Seen, Mapping[str, Counter[str]]],
) -> Said:
    chances, all_answers = 0, Counter[str]()
    for main, edition in seen:
        chances += talks[edition]
        if (main, edition) in answers:
            all_answers += answers[main, edition].get(cross, Counter())
    return Said(
        chances=chances,
        presented=all_answers.total(),
        refused=all_answers[Response.DECLINED.value],
    )


def _held(
    since: date, pairs: set[_Pair], now: Snapshot, shown: Mapping[int, Snapshot]
) -> Counter[_Pair]:
    """How often the customer had the product already; read only for the pairs in question."""
    found: Counter[_Pair] = Counter()
    if not pairs:
        return found
    having = _standing(since).filter(main_code__in={main for main, _cross in pairs})
    rows = having.exclude(held=[]).values_list("main_code", "edition_id", "held")
    for main, edition, held in rows:
        for cross in held:
            if (main, cross) in pairs and _rated(now.rows[main][cross], shown[edition]):
                found[main, cross] += 1
    return found
