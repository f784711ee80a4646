"""One need, handed on, and everything that happened to it."""

import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.conduct.models import AppendOnly
from crossbank.engine import leads as engine
from crossbank.leads.models.units import Unit
from crossbank.org.models import Branch, Role, User
from crossbank.web.text import validate_text

# an amount has fewer digits; an account or telephone number has more
_NUMBER = re.compile(r"\d(?:[ ./()\u00a0-]{0,2}\d){8,}")


def validate_no_number(value: str) -> None:
    """The line is read by a whole unit: no number by which a customer can be found."""
    if _NUMBER.search(value):
        raise ValidationError(
            _(
                "This looks like a telephone or account number. Leave it out here: it has its own "
                "field, where only who takes the lead reads it."
            ),
            code="number",
        )


class State(models.TextChoices):
    NEW = engine.State.NEW.value, _("New")
    ACCEPTED = engine.State.ACCEPTED.value, _("Accepted")
    CONTACTED = engine.State.CONTACTED.value, _("Contacted")
    QUALIFIED = engine.State.QUALIFIED.value, _("Work began")
    WON = engine.State.WON.value, _("Won")
    LOST = engine.State.LOST.value, _("Not this time")
    REJECTED = engine.State.REJECTED.value, _("Not taken up")
    EXPIRED = engine.State.EXPIRED.value, _("Nobody took it up")


class Act(models.TextChoices):
    HAND_ON = engine.Act.HAND_ON.value, _("Handed on")
    ACCEPT = engine.Act.ACCEPT.value, _("Accepted")
    CONTACT = engine.Act.CONTACT.value, _("Spoke with the customer")
    QUALIFY = engine.Act.QUALIFY.value, _("Began to work on it")
    UNQUALIFY = engine.Act.UNQUALIFY.value, _("Took back that work began")
    WIN = engine.Act.WIN.value, _("Won")
    LOSE = engine.Act.LOSE.value, _("Ended without a result")
    REJECT = engine.Act.REJECT.value, _("Did not take it up")
    REASSIGN = engine.Act.REASSIGN.value, _("Passed to another unit")
    HAND_OVER = engine.Act.HAND_OVER.value, _("Handed over to a colleague")


_OPEN = [state.value for state in engine.OPEN]
_STORED = [state for state in State.values if state != State.EXPIRED]


def _is_news(at: datetime) -> Q:
    """Something happened that the sender has not seen; running out counts as happening."""
    return (
        Q(news_at__isnull=False, seen_at__isnull=True)
        | Q(news_at__gt=F("seen_at"))
        | (
            Q(state=State.NEW, expires_at__lte=at)
            & (Q(seen_at__isnull=True) | Q(seen_at__lt=F("expires_at")))
        )
    )


def _is_open(at: datetime) -> Q:
    return Q(state__in=_OPEN) & ~Q(state=State.NEW, expires_at__lte=at)


def _waits_for(member: User, at: datetime) -> Q:
    """Open at a unit of his, and not handed on by himself."""
    units = Unit.objects.filter(members=member)
    return _is_open(at) & Q(to_unit__in=units) & ~Q(from_employee=member)


class LeadQuerySet(models.QuerySet["Lead"]):
    def sent_by(self, employee: User) -> "LeadQuerySet":
        return self.filter(from_employee=employee)

    def with_news(self, at: datetime) -> "LeadQuerySet":
        return self.filter(_is_news(at))

    def on_their_way(self, at: datetime) -> "LeadQuerySet":
        return self.filter(_is_open(at))

    def waiting_for(self, member: User, at: datetime) -> "LeadQuerySet":
        """What the units of this person have to do, the most urgent first."""
        waiting = self.filter(_waits_for(member, at))
        return waiting.order_by(F("due_on").asc(nulls_last=True), "pk")

    def reminders(self, person: User, at: datetime, today: date) -> dict[str, int]:
        """What My day tells, in one query. Shape: `news` of own ones; `waiting` for him, `due`."""
        mine, waits = Q(from_employee=person), _waits_for(person, at)
        return self.filter(mine | waits).aggregate(
            news=Count("pk", filter=mine & _is_news(at)),
            waiting=Count("pk", filter=waits),
            due=Count("pk", filter=waits & Q(due_on__lte=today)),
        )

    def with_names(self) -> "LeadQuerySet":
        return self.select_related(
            "to_unit__branch", "product", "from_branch", "from_employee", "assignee"
        )


class Lead(models.Model):
    """A need that a customer spoke of, on its way to the unit that serves it.

    What happened is in its events; state, assignee and due day repeat the last of them.
    """

    uuid = models.UUIDField(editable=False)
    from_employee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="leads_sent", verbose_name=_("from")
    )
    from_role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    from_branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="leads", verbose_name=_("branch")
    )
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="leads", verbose_name=_("unit"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="leads_taken",
        verbose_name=_("taken by"),
        null=True,
        blank=True,
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="leads",
        verbose_name=_("product"),
        null=True,
        blank=True,
    )
    main_code = models.CharField(_("came for"), max_length=20, blank=True)
    said = models.CharField(
        _("what the customer said"), max_length=140, validators=[validate_text, validate_no_number]
    )
    contact_on = models.DateField(_("when to contact"), null=True, blank=True)
    value_estimate_minor = models.PositiveIntegerField(
        _("value, roughly (minor units)"), null=True, blank=True
    )
    contact = models.TextField(_("contact or case number (sealed)"), blank=True)
    cooling_days = models.PositiveSmallIntegerField(
        _("days until a point vests"), default=engine.COOLING_DAYS
    )

    created_at = models.DateTimeField(_("handed on at"))
    handed_on = models.DateField(_("handed on"))
    expires_at = models.DateTimeField(_("nobody may accept it from"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(value, label) for value, label in State.choices if value in _STORED],
        default=State.NEW,
    )
    due_on = models.DateField(_("next step due"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last changed"))
    kept_minor = models.PositiveIntegerField(
        _("turnover kept (minor units)"), null=True, blank=True
    )
    news_at = models.DateTimeField(_("last news for the sender"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen by the sender"), null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [
            models.Index(fields=["from_employee", "created_at"], name="lead_sender"),
            models.Index(fields=["to_unit", "state", "due_on"], name="lead_queue"),
            models.Index(fields=["from_branch", "handed_on"], name="lead_branch_day"),
            models.Index(fields=["handed_on"], name="lead_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["from_employee", "uuid"], name="lead_handed_on_once"),
            models.CheckConstraint(
                condition=Q(state__in=["new", "rejected"]) | Q(assignee__isnull=False),
                name="lead_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="won") | Q(kept_minor__isnull=True), name="lead_kept_when_won"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handed_on} {self.to_unit_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("leads:lead", args=[self.pk])

    @property
    def place(self) -> Branch:
        """Whose working days and whose today count."""
        return self.to_unit.branch or self.from_branch

    def state_at(self, at: datetime) -> State:
        """Running out is read, not written: no job makes it true."""
        if self.state == State.NEW and self.expires_at <= at:
            return State.EXPIRED
        return State(self.state)

    def is_late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today

    def has_news(self, at: datetime) -> bool:
        """As `with_news` counts."""
        moments: list[Any] = [self.news_at]
        if self.state_at(at) == State.EXPIRED:
            moments.append(self.expires_at)
        return any(m and (self.seen_at is None or m > self.seen_at) for m in moments)


class LeadEvent(AppendOnly):
    """One act: the single source of what a lead is, and of the points that follow from it."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="events", verbose_name=_("lead"))
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    act = models.CharField(_("what"), max_length=10, choices=Act.choices)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(_("state"), max_length=10, choices=State.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("taken by"),
        null=True,
        blank=True,
    )
    note = models.CharField(
        _("in words"),
        max_length=200,
        blank=True,
        validators=[validate_text, validate_no_number],
    )
    kept_minor = models.PositiveIntegerField(
        _("turnover kept (minor units)"), null=True, blank=True
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="+",
        verbose_name=_("product sold"),
        null=True,
        blank=True,
    )
    cooling_days = models.PositiveSmallIntegerField(
        _("days until this win is kept"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("event of a lead")
        verbose_name_plural = _("events of leads")
        ordering = ["lead", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "number"], name="lead_event_once"),
            models.CheckConstraint(
                condition=Q(act="win") | Q(kept_minor__isnull=True), name="event_kept_when_won"
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=True, cooling_days__isnull=True)
                | Q(act="win", product__isnull=False, cooling_days__isnull=False),
                name="event_sold_when_won",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=["reject", "lose", "unqualify"]) | ~Q(note=""),
                name="event_says_why",
                violation_error_message=_("Say why, in a few words: your colleague reads it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}.{self.number} {self.act}"
