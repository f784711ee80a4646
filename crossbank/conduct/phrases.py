"""Lines against phrase rules: what is found, what blocks publishing, and who may let it pass."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.urls import reverse

from crossbank.conduct import services, shipped
from crossbank.conduct.models import AuditEntry, PhraseOverride, PhraseRule, lines
from crossbank.engine import phrases as engine
from crossbank.engine.phrases import Finding, Phrasebook, Severity, Use
from crossbank.engine.wording import PatternError
from crossbank.org.models import User

WRITTEN = "severe_line_written"  # in the trail: `subject` is the digest of the text
OVERRIDDEN = "phrase_overridden"


class CannotOverride(Exception):
    """Nothing there to override, or not by this person."""


class OwnWords(CannotOverride):
    """Who wrote a line does not let it pass."""


class NothingFound(CannotOverride):
    """The text does not stand there any more, or that rule finds nothing in it."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text of reference data and where it stands.

    `place` names it for ever ("pairing ACC-BAS CRD-DEB say"), `label` for people; `row` is the
    name of the page that mends it and its row. `is_said`: false for what waits until it may be.
    """

    words: str
    place: str
    label: str
    row: tuple[str, int]
    use: Use = Use.SAY
    is_free: bool = False
    is_said: bool = True

    @property
    def url(self) -> str:
        name, pk = self.row
        return reverse(name, args=[pk])

    @property
    def digest(self) -> str:
        """The same words elsewhere are another text: what is said depends on what it is about."""
        return sha256(f"{self.place}\n{self.words}".encode(errors="replace")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Found:
    """A finding and the text it stands in."""

    text: Text
    finding: Finding


Source = Callable[[datetime], Iterable[Text]]
_sources: list[Source] = []


def add_source(source: Source) -> Source:
    """This will let a room name the texts of the house, said or waiting; it takes the moment."""
    _sources.append(source)
    return source


def in_force(*, besides: User | None = None) -> Phrasebook:
    """The shipped rules with the bank's own, in one query; compiled once for each state of them.

    `besides`: a severe shipped rule that this person paused or re-worded counts as delivered, so
    that nobody clears his own way.
    """
    rows = PhraseRule.objects.order_by("code")
    delivered = shipped.rules()
    severe = {code for code, rule in delivered.items() if rule.severity is Severity.SEVERE}
    own = {
        row.code: as_rule(row)
        for row in rows
        if not (besides and row.code in severe and row.changed_by_id == besides.pk)
    }
    return _book(tuple(own.items()))


@lru_cache(maxsize=8)
def _book(own: tuple[tuple[str, engine.PhraseRule | None], ...]) -> Phrasebook:
    rules = {**shipped.rules(), **dict(own)}
    return Phrasebook(tuple(rule for rule in rules.values() if rule))


def as_rule(row: PhraseRule) -> engine.PhraseRule | None:
    """A row as the engine's rule; None when it is paused. What cannot be read is as delivered."""
    if not row.is_active:
        return None
    is_claim = row.kind == engine.Kind.FREE_CLAIM
    try:
        return engine.PhraseRule(
            code=row.code,
            language=row.language,
            kind=engine.Kind(row.kind),
            patterns=lines(row.patterns),
            unless=lines(row.unless),
            costs=shipped.costs().get(row.language, ()) if is_claim else (),
            severity=Severity(row.severity),
            better=row.better,
        )
    except PatternError:  # written past the form
        return shipped.rules().get(row.code)


@lru_cache(maxsize=8192)
def _findings(book: Phrasebook, words: str, use: Use, is_free: bool) -> tuple[Finding, ...]:  # noqa: FBT001
    """A book never changes, so what it finds in the same words is found once."""
    return book.check(words, use=use, is_free=is_free)


def check_texts(texts: Iterable[Text], *, book: Phrasebook | None = None) -> list[Found]:
    """Everything found, text by text. A text may be in any language: all lists look at it."""
    book = book or in_force()
    return [
        Found(text=text, finding=finding)
        for text in texts
        for finding in _findings(book, text.words, text.use, text.is_free)
    ]


def standing(*, at: datetime) -> list[Text]:
    """All texts that publishing looks at, from every room that named some."""
    return [text for text in _all(at) if text.is_said]


def waiting(*, at: datetime) -> list[Text]:
    """Those that nobody says until a second person has looked at them."""
    return [text for text in _all(at) if not text.is_said]


def _all(at: datetime) -> Iterator[Text]:
    for source in _sources:
        yield from source(at)


def blocking(texts: Iterable[Text], *, by: User | None = None) -> list[Found]:
    """The severe findings that nobody has overridden for this publisher.

    `by`: who publishes. His own override counts only where another person wrote the line.
    """
    found = check_texts(texts, book=in_force(besides=by))
    severe = [one for one in found if one.finding.is_severe]
    if not severe:
        return []
    passed = _passed({one.text.digest for one in severe}, by)
    return [one for one in severe if (one.text.digest, one.finding.rule.code) not in passed]


def _passed(digests: set[str], by: User | None) -> set[tuple[str, str]]:
    rows = PhraseOverride.objects.filter(digest__in=digests)
    return {
        (row.digest, row.rule_code)
        for row in rows
        if row.author_id is not None or by is None or row.by_id != by.pk
    }


def overridden_by(person: User) -> set[tuple[str, str]]:
    """Digest and rule of everything that this person let pass."""
    return set(PhraseOverride.objects.filter(by=person).values_list("digest", "rule_code"))


def note_writer(found: Iterable[Found], *, at: datetime, by: User) -> None:
    """This will keep who wrote severe lines: not he, but a second person may let them pass."""
    for text in dict.fromkeys(one.text for one in found if one.finding.is_severe):
        services.record(
            action=WRITTEN, subject=text.digest, detail={"place": text.place}, at=at, by=by
        )


def writers(digest: str) -> list[str]:
    """The usernames of who wrote this text, the last one last; empty when nobody knows."""
    entries = AuditEntry.objects.filter(action=WRITTEN, subject=digest).order_by("pk")
    return list(dict.fromkeys(entries.values_list("actor", flat=True)))


def override(*, digest: str, rule_code: str, reason: str, at: datetime, by: User) -> PhraseOverride:
    """This will let one severe line of the house pass one rule.

    Raises NothingFound, or OwnWords when `by` wrote the line.
    """
    found = [one for one in blocking(_all(at), by=by) if one.text.digest == digest]
    text = next((one.text for one in found if one.finding.rule.code == rule_code), None)
    if text is None:
        raise NothingFound
    known = writers(digest)
    if by.username in known:
        raise OwnWords
    row = PhraseOverride(
        digest=digest,
        rule_code=rule_code,
        place=text.place,
        words=text.words,
        reason=reason,
        author=User.objects.filter(username=known[-1]).first() if known else None,
        by=by,
        at=at,
    )
    row.full_clean(validate_unique=False, validate_constraints=False)
    return _write(row)


def _write(row: PhraseOverride) -> PhraseOverride:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            services.record(
                action=OVERRIDDEN,
                subject=row.digest,
                detail={"rule": row.rule_code, "place": row.place, "reason": row.reason},
                at=row.at,
                by=row.by,
            )
    except IntegrityError as error:  # pressed twice
        raise NothingFound from error
    return row


def rules_for_people() -> Iterator[tuple[engine.PhraseRule | None, PhraseRule | None]]:
    """Every rule, shipped or own, with the bank's row on it; in the order of their codes."""
    rows = {row.code: row for row in PhraseRule.objects.select_related("changed_by")}
    for code in sorted({*shipped.rules(), *rows}):
        row = rows.get(code)
        rule = shipped.rules().get(code)
        if row is not None and row.is_active:
            rule = as_rule(row) or rule
        yield rule, row
