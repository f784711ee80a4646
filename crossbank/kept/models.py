"""What the bank's book said of a product that was taken. Nothing of it is changed afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.models import AppendOnly, AppendOnlyQuerySet
from crossbank.conduct.personal import refuse_personal
from crossbank.desk.models import ConsultationItem
from crossbank.engine import keeping
from crossbank.org.models import Branch
from crossbank.web.text import validate_text


class Mark(models.TextChoices):
    OPEN = keeping.Mark.OPEN.value, _("The customer has it")
    WITHDRAWN = keeping.Mark.WITHDRAWN.value, _("Withdrawn in time")
    CLOSED = keeping.Mark.CLOSED.value, _("Ended afterwards")
    MISTAKEN = keeping.Mark.MISTAKEN.value, _("What was noted is a mistake")


class OutcomeQuerySet(AppendOnlyQuerySet):
    def standing(self) -> "OutcomeQuerySet":
        """The newest of each sale; the earlier ones stay readable."""
        later = Outcome.objects.filter(replaces=OuterRef("pk"))
        return self.filter(~Exists(later))  # a join with none is taken for next to nothing


class Outcome(AppendOnly):
    """What is known of one sale as of a day; a later one takes the place of the one before.

    Each names the one that it replaces, so that of two people at once one only can have seen what
    stood, and the last of a chain is found without sorting.
    """

    class Source(models.TextChoices):
        HAND = "hand", _("By hand")
        WORKBOOK = "workbook", _("Workbook")

    item = models.ForeignKey(
        ConsultationItem, models.PROTECT, related_name="outcomes", verbose_name=_("sale")
    )
    mark = models.CharField(_("what became of it"), max_length=10, choices=Mark.choices)
    on = models.DateField(_("as of"))
    # branch and day of the sale, which it never changes: so that sums need not look at sales at all
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="+", verbose_name=_("branch of the sale")
    )
    sold_on = models.DateField(_("day of the sale"))
    # `on` minus the day of the sale, which neither of the two ever changes: databases count days
    # differently, and so they need not count any
    age = models.PositiveIntegerField(_("days after the sale"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    note = models.CharField(
        _("note"), max_length=140, blank=True, validators=[validate_text, refuse_personal]
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="replaced_by",
        verbose_name=_("takes the place of"),
        null=True,
        blank=True,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    at = models.DateTimeField(_("noted at"))

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome of a sale")
        verbose_name_plural = _("outcomes of sales")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["branch", "sold_on"], name="outcome_of_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(replaces__isnull=True), name="first_outcome_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.mark} {self.on}"

    @property
    def noted(self) -> keeping.Noted:
        return keeping.Noted(mark=keeping.Mark(self.mark), age=self.age)
