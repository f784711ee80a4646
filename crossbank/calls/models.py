"""Promised calls: what was promised, to be kept when, and what came of it."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product
from crossbank.conduct.models import AppendOnly
from crossbank.org.models import Branch, Role, User
from crossbank.web.text import validate_text

MOST_ATTEMPTS = 2  # then silence


def overdue_since(today: date) -> date:
    """What was due until then is never made: the customer waits for no call any more."""
    return today - timedelta(days=settings.OVERDUE_DAYS)


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        """Still to be kept: neither ended, nor withdrawn, nor settled elsewhere."""
        return self.filter(
            closed_at__isnull=True, withdrawn_at__isnull=True, settled_at__isnull=True
        )

    def waiting(self, today: date) -> "TaskQuerySet":
        """Open, and not so long overdue that it is over without a call."""
        return self.open().filter(due_on__gt=overdue_since(today))

    def locked(self) -> "TaskQuerySet":
        """Held until the transaction ends, in one order for everybody."""
        return self.select_for_update(of=("self",)).order_by("pk")

    def of_origin(self, origin: str) -> "TaskQuerySet":
        return self.filter(origin=origin)

    def second_yeses(self) -> "TaskQuerySet":
        """Calls in which a customer agreed to be charged after a free time."""
        return self.filter(kind=Task.Kind.SECOND_YES, outcome=Task.Outcome.REACHED_YES)

    def refused_by(self, customer_ref: str) -> "TaskQuerySet":
        """Calls about a product in which this customer said no."""
        said = self.filter(customer_ref=customer_ref, outcome=Task.Outcome.REACHED_NO)
        return said.filter(product__isnull=False)

    def visible_to(self, user: User) -> "TaskQuerySet":
        """One's own and the branch's unassigned ones; a manager's whole branch."""
        here = self.filter(branch__in=Branch.objects.of_place(user.branch_id))
        return here if user.role == Role.MANAGER else self.owned_by(user)

    def owned_by(self, user: User) -> "TaskQuerySet":
        """What this person may keep: his own, and what anybody of his branch may."""
        here = Branch.objects.of_place(user.branch_id)
        return self.filter(Q(employee=user) | Q(employee__isnull=True), branch__in=here)

    def due_until(self, day: date) -> "TaskQuerySet":
        return self.filter(due_on__lte=day)

    def with_story(self) -> "TaskQuerySet":
        """Everything a list or a page prints, in a fixed number of queries."""
        tries = Attempt.objects.select_related("by").order_by("number")
        return self.select_related("branch", "employee", "product").prefetch_related(
            models.Prefetch("tries", tries)
        )


class Task(models.Model):
    """One promise to a customer. Ended by an outcome, withdrawn with what it came from, or settled:
    he answered in the branch, or was promised another such call; `settled_by` is the origin of that.

    Names are copied as the customer heard them. `contact` is sealed; the key is elsewhere.
    """

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", _("Follow-up call")
        MATURITY = "maturity", _("Deposit matures")
        CARD_RENEWAL = "card_renewal", _("Card is renewed")
        LOAN_END = "loan_end", _("Loan ends")
        REVIEW_TALK = "review_talk", _("Agreed review talk")
        SECOND_YES = "second_yes", _("Second yes is due")

    class Outcome(models.TextChoices):
        """How it ended."""

        REACHED_YES = "reached_yes", _("Reached: goes on")
        REACHED_NO = "reached_no", _("Reached: no, thank you")
        SILENT = "silent", _("Not reached twice: silence")
        NEVER_MADE = "never_made", _("Never made")

    BY_HAND = (Kind.MATURITY, Kind.CARD_RENEWAL, Kind.LOAN_END, Kind.REVIEW_TALK)
    # what asks a customer whether he wants something; the other kinds are dates of what he has
    ASKING = (Kind.FOLLOW_UP, Kind.REVIEW_TALK, Kind.SECOND_YES)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="calls", verbose_name=_("branch")
    )
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calls",
        verbose_name=_("employee"),
        null=True,
        blank=True,
    )
    due_on = models.DateField(_("due on"))
    asked_on = models.DateField(_("day the customer said"))
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="calls",
        verbose_name=_("product"),
        null=True,
        blank=True,
    )
    product_name = models.CharField(_("product"), max_length=100, blank=True)
    main_name = models.CharField(_("main product"), max_length=100, blank=True)
    main_code = models.CharField(max_length=20, blank=True)
    say = models.CharField(_("say"), max_length=300, blank=True, validators=[validate_text])
    # the same in other languages, by language
    say_in = models.JSONField(_("say, in other languages"), default=dict, blank=True)
    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Nothing: that of who calls.")
    )
    origin = models.CharField(_("comes from"), max_length=60, db_index=True)
    origin_uuid = models.UUIDField(_("record"), null=True, blank=True)
    customer_ref = models.CharField(_("customer reference (hash)"), max_length=64, blank=True)
    contact = models.TextField(_("number (sealed)"), blank=True)
    contact_erased_at = models.DateTimeField(_("number erased at"), null=True, blank=True)
    created_at = models.DateTimeField(_("promised at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("promised by")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.CharField(_("settled by"), max_length=60, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(
                fields=["branch", "due_on"],
                condition=Q(closed_at__isnull=True, withdrawn_at__isnull=True),
                name="call_due_in_branch",
            ),
            models.Index(
                fields=["employee", "due_on"],
                condition=Q(closed_at__isnull=True, withdrawn_at__isnull=True),
                name="call_due_by_employee",
            ),
            models.Index(
                fields=["closed_at", "withdrawn_at"],
                condition=~Q(contact=""),
                name="call_contact_to_erase",
            ),
            models.Index(
                fields=["customer_ref", "product"],
                condition=~Q(customer_ref=""),
                name="call_of_customer",
            ),
            models.Index(
                fields=["settled_by"], condition=~Q(settled_by=""), name="call_settled_by"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "kind", "product"],
                condition=Q(product__isnull=False),
                name="call_promised_once",
            ),
            models.UniqueConstraint(
                fields=["origin", "kind"],
                condition=Q(product__isnull=True),
                name="call_without_product_promised_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | (
                    Q(closed_at__isnull=False)
                    & Q(outcome__in=["reached_yes", "reached_no", "silent", "never_made"])
                ),
                name="call_ends_with_outcome",
                violation_error_message=_("A call ends with an outcome."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="call_ended_or_withdrawn",
                violation_error_message=_("What has ended is not withdrawn."),
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by="")
                | (Q(settled_at__isnull=False, closed_at__isnull=True) & ~Q(settled_by="")),
                name="call_settled_by_something",
                violation_error_message=_("What has ended is not settled."),
            ),
            models.CheckConstraint(
                condition=Q(attempts=0) | Q(attempts=1) | Q(attempts=2, closed_at__isnull=False),
                name="call_two_attempts_then_silence",
                violation_error_message=_("After two attempts nobody calls again."),
            ),
            models.CheckConstraint(
                condition=Q(contact_erased_at__isnull=True) | Q(contact=""),
                name="call_contact_erased",
                violation_error_message=_("An erased number is gone."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("asked_on")) | Q(attempts__gt=0),
                name="call_not_before_its_day",
                violation_error_message=_("A call is never made before the day that was said."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.kind} {self.product_name or self.main_name} ({self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("calls:task", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.withdrawn_at is None and self.settled_at is None

    def is_waiting(self, today: date) -> bool:
        return self.is_open and self.due_on > overdue_since(today)

    @property
    def is_last_attempt(self) -> bool:
        return self.attempts + 1 == MOST_ATTEMPTS

    @property
    def about(self) -> str:
        """The shortest name of what it is about."""
        return self.product_name or self.main_name or str(self.get_kind_display())

    def belongs_to(self, user: User) -> bool:
        """Its employee, or anybody who serves customers in its branch, or in the one that goes on for it,
        when it has none."""
        is_here = user.branch_id == self.branch.now_id and user.role in (Role.SELLER, Role.MANAGER)
        return is_here and self.employee_id in (None, user.pk)


class Attempt(AppendOnly):
    """One try to reach the customer, written once."""

    class Outcome(models.TextChoices):
        """What came of one try. Each has a key of its own."""

        REACHED_YES = "reached_yes", _("Reached: goes on")
        REACHED_NO = "reached_no", _("Reached: no, thank you")
        NOT_REACHED = "not_reached", _("Not reached")
        LATER = "later", _("Reached: another day")

    task = models.ForeignKey(Task, models.PROTECT, related_name="tries", verbose_name=_("call"))
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    next_on = models.DateField(_("next day"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="call_attempt_numbered_once"),
            models.CheckConstraint(
                condition=Q(number__in=[1, MOST_ATTEMPTS]), name="call_attempt_first_or_second"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.number} {self.outcome}"
