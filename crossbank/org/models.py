"""Regions, branches and people. A branch's clock decides what day it is."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.web.text import validate_text


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(
            _("%(value)s is not a time zone. Write it like Europe/Berlin."),
            params={"value": value},
        )


class Region(models.Model):
    """A group of branches that a regional manager looks after."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100, validators=[validate_text])

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BranchQuerySet(models.QuerySet["Branch"]):
    def of_place(self, pk: int | None) -> "BranchQuerySet":
        """A branch and those that were merged into it; none for who has none."""
        if pk is None:
            return self.none()
        return self.filter(Q(pk=pk) | Q(merged_into=pk))


class Branch(models.Model):
    """A place where customers are served; its time zone decides the business day."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100, validators=[validate_text])
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="branches", verbose_name=_("region")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=50, validators=[validate_time_zone], default="UTC"
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="predecessors",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        help_text=_(
            "The branch that went on for this one. What was recorded here stays here; who works "
            "there sees it beside their own, and keeps what was promised here."
        ),
    )

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")),
                name="branch_not_merged_into_itself",
                violation_error_message=_("A branch cannot be merged into itself."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def now_id(self) -> int:
        """Row id of the branch that goes on: its successor, or itself."""
        return self.merged_into_id or self.pk

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def local_day(self, at: datetime) -> date:
        """The branch's calendar day at a moment: the only "today" for desk, offers and tallies."""
        return at.astimezone(self.zone).date()


class OpeningHours(models.Model):
    """When a branch is open on one weekday; a weekday without a row is closed."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens_at = models.TimeField(_("opens at"), default=time(9))
    closes_at = models.TimeField(_("closes at"), default=time(18))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["branch", "weekday"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "weekday"], name="opening_hours_once"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="opening_hours_in_order",
                violation_error_message=_("A branch closes after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.get_weekday_display()}"


class Holiday(models.Model):
    """A day on which a branch is closed."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="holidays")
    on = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100, validators=[validate_text])

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["branch", "on"]
        constraints = [models.UniqueConstraint(fields=["branch", "on"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.on} {self.name}"


class Role(models.TextChoices):
    """What a person does here; it decides which doors open."""

    SELLER = "seller", _("Seller")
    MANAGER = "manager", _("Branch manager")
    REGIONAL = "regional", _("Regional manager")
    OWNER = "owner", _("Product owner")
    CONDUCT = "conduct", _("Conduct officer")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


class PeopleManager(UserManager["User"]):
    def create_superuser(self, username: str, *args: Any, **fields: Any) -> "User":
        return super().create_superuser(username, *args, **{"role": Role.ADMIN, **fields})


class User(AbstractUser):
    """A person who signs in; deactivated when he leaves, never deleted once he has history."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the computer is set")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.SELLER)
    branch = models.ForeignKey(
        Branch,
        models.PROTECT,
        related_name="people",
        verbose_name=_("branch"),
        null=True,
        blank=True,
        help_text=_("Where a seller or a branch manager works."),
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="managers",
        verbose_name=_("region"),
        null=True,
        blank=True,
        help_text=_("Which region a regional manager looks after."),
    )
    is_adviser = models.BooleanField(
        _("licensed adviser"),
        default=False,
        help_text=_("May conclude products that need a licence."),
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(
        _("appearance"), max_length=10, choices=Theme.choices, default=Theme.AUTO
    )
    single_keys = models.BooleanField(
        _("single keys"),
        default=True,
        help_text=_("One key per outcome at the desk. Off: only buttons and Tab."),
    )
    show_tally = models.BooleanField(_("show the tally strip at the desk"), default=True)

    objects = PeopleManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=~Q(role__in=["seller", "manager"]) | Q(branch__isnull=False),
                name="front_staff_has_branch",
                violation_error_message=_("A seller or a branch manager needs a branch."),
            ),
            models.CheckConstraint(
                condition=~Q(role="regional") | Q(region__isnull=False),
                name="regional_has_region",
                violation_error_message=_("A regional manager needs a region."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def display_name(self) -> str:
        return str(self)


class Switch(models.Model):
    """One area of the product that this bank turned on or off; the list is in `switches.py`."""

    key = models.SlugField(_("area"), max_length=50, unique=True)
    is_on = models.BooleanField(_("on"))
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.CharField(_("changed by"), max_length=150)

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")

    def __str__(self) -> str:
        return self.key


class Upload(models.Model):
    """A workbook that a person sent and has not confirmed yet; one of a kind, for a day.

    The bytes, never the name or a path that the person gave. Confirmed, it is deleted.
    """

    kind = models.SlugField(_("kind"), max_length=30)
    by = models.ForeignKey(User, models.CASCADE, related_name="uploads", verbose_name=_("person"))
    at = models.DateTimeField(_("when"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.UniqueConstraint(fields=["kind", "by"], name="upload_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
