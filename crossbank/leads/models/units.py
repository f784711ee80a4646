"""Who serves what the branch's desk does not."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product, validate_code
from crossbank.org.models import Branch, User
from crossbank.web.text import validate_text


class UnitQuerySet(models.QuerySet["Unit"]):
    def in_use(self) -> "UnitQuerySet":
        """In the order of the buttons: “not sure which unit” stands last."""
        return self.filter(is_active=True).order_by("is_coordination", "order", "code")

    def with_people(self) -> "UnitQuerySet":
        """Where somebody accepts: a team all of whom left takes nothing."""
        return self.filter(pk__in=User.objects.filter(is_active=True).values("units"))


class Unit(models.Model):
    """A team that takes up needs from the branches. Taken out of use, not deleted."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=60, validators=[validate_text])
    about = models.CharField(
        _("what it does"),
        max_length=300,
        validators=[validate_text],
        help_text=_("One or two sentences that a colleague at the desk understands."),
    )
    hints = models.TextField(
        _("what to listen for"),
        blank=True,
        validators=[validate_text],
        help_text=_("One a line: what customers say when this unit can help."),
    )
    next_step = models.CharField(
        _("what happens next"),
        max_length=200,
        blank=True,
        validators=[validate_text],
        help_text=_("What a colleague may tell the customer: who calls, and when."),
    )
    products = models.ManyToManyField(
        Product,
        related_name="units",
        verbose_name=_("products"),
        blank=True,
        help_text=_("What it serves. A product that needs a licence goes only to such a unit."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="units",
        verbose_name=_("members"),
        blank=True,
        help_text=_("Who accepts what is handed on."),
    )
    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        related_name="units",
        verbose_name=_("branch"),
        null=True,
        blank=True,
        help_text=_("Whose working days count. Empty: those of the branch that hands on."),
    )
    is_coordination = models.BooleanField(
        _("coordination"),
        default=False,
        help_text=_("Takes what nobody knew where to send, and connects within a working day."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["is_coordination", "order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_coordination"],
                condition=Q(is_coordination=True, is_active=True),
                name="one_coordination_unit",
                violation_error_message=_("There is a coordination unit in use already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("leads:unit", args=[self.code])

    @property
    def hint_lines(self) -> list[str]:
        return [line.strip() for line in self.hints.splitlines() if line.strip()]
