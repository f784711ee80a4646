"""The working copy of the matrix, which owners edit; desks never read it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models import Product, text, validate_code
from crossbank.engine.terms import Rating as EngineRating
from crossbank.engine.terms import RuleKind as EngineRuleKind
from crossbank.matrix.models.evidence import EvidenceNote as EvidenceNote  # a table of this room
from crossbank.matrix.models.languages import clean_words

REVIEW = _("Somebody reads the words again by then; after that day the health page names them.")


class Rating(models.TextChoices):
    STRONG = EngineRating.STRONG.value, _("Strong")
    GOOD = EngineRating.GOOD.value, _("Good")
    POSSIBLE = EngineRating.POSSIBLE.value, _("Ask first")
    NOT_ALLOWED = EngineRating.NOT_ALLOWED.value, _("Not allowed")


class Pairing(models.Model):
    """What to know about one product beside another. Directed: A with B says nothing of B with A."""

    class Relation(models.TextChoices):
        CROSS_SELL = "cross_sell", _("Beside the main product")
        UP_SELL = "up_sell", _("A better main product instead")

    class Kind(models.TextChoices):
        WIDER_RANGE = "wider_range", _("Wider range")
        RELATED = "related", _("Related or package")
        SAME_PROFILE = "same_profile", _("Same profile")

    class Link(models.TextChoices):
        OPTIONAL = "optional", _("Optional")
        BUNDLED = "bundled", _("Part of a package")
        REQUIRED_BY_LAW = "required_by_law", _("Required by law")

    class Origin(models.TextChoices):
        MANUAL = "manual", _("By hand")
        RULE = "rule", _("By rule")
        IMPORT = "import", _("Imported")

    main = models.ForeignKey(
        Product, models.PROTECT, related_name="row", verbose_name=_("main product")
    )
    cross = models.ForeignKey(
        Product, models.PROTECT, related_name="column", verbose_name=_("cross product")
    )
    relation = models.CharField(
        _("relation"), max_length=20, choices=Relation.choices, default=Relation.CROSS_SELL
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.RELATED)
    rating = models.CharField(_("rating"), max_length=20, choices=Rating.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=120, validators=text)
    instead = models.CharField(
        _("what to do instead"),
        max_length=200,
        blank=True,
        validators=text,
        help_text=_("For a pair that is not allowed."),
    )
    benefit = models.CharField(_("benefit"), max_length=200, blank=True, validators=text)
    say = models.CharField(_("say"), max_length=300, blank=True, validators=text)
    do_not_say = models.CharField(_("do not say"), max_length=200, blank=True, validators=text)
    words = models.JSONField(_("texts in other languages"), default=dict, blank=True)
    link_kind = models.CharField(
        _("link"), max_length=20, choices=Link.choices, default=Link.OPTIONAL
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=1, help_text=_("Order inside one rating, the smallest first.")
    )
    review_on = models.DateField(_("review on"), null=True, blank=True, help_text=REVIEW)
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin.choices, default=Origin.MANUAL
    )

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        ordering = ["main__code", "rank", "cross__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["main", "cross"],
                name="pairing_once",
                violation_error_message=_("This pair is in the matrix already."),
            ),
            models.CheckConstraint(
                condition=~Q(main=F("cross")),
                name="pairing_of_two",
                violation_error_message=_("A product is not paired with itself."),
            ),
            models.CheckConstraint(
                condition=(Q(relation="cross_sell") & ~Q(rating=""))
                | Q(relation="up_sell", rating=""),
                name="pairing_rated",
                violation_error_message=_(
                    "A pair for cross-selling needs a rating; a better main product has none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.main.code} → {self.cross.code}"

    def clean(self) -> None:
        problems = {}
        if self.rating == Rating.NOT_ALLOWED and not self.instead:
            problems["instead"] = _("Say what to do instead: the employee needs an answer.")
        if self.main_id and not self.main.is_main:
            problems["main"] = _("This product is not a main product.")
        if self.cross_id and self.relation == self.Relation.CROSS_SELL and not self.cross.is_cross:
            problems["cross"] = _("This product is not a cross product.")
        if self.cross_id and self.cross.needs_licence and self.rating == Rating.STRONG:
            problems["rating"] = _("A product that needs a licence is never strong.")
        if problems:
            raise ValidationError(problems)
        clean_words(self)


class BasketRule(models.Model):
    """A rule over what a customer has and takes in one conversation."""

    class Kind(models.TextChoices):
        REQUIRES_ANY = EngineRuleKind.REQUIRES_ANY.value, _("Needs one of")
        EXCLUDES = EngineRuleKind.EXCLUDES.value, _("Never together with")
        AT_MOST_ONE = EngineRuleKind.AT_MOST_ONE.value, _("At most one of")
        WARN = EngineRuleKind.WARN.value, _("Warn when together with")

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    subjects = models.ManyToManyField(
        Product, related_name="rules_as_subject", verbose_name=_("products")
    )
    others = models.ManyToManyField(
        Product,
        related_name="rules_as_object",
        verbose_name=_("other products"),
        blank=True,
        help_text=_("Empty for “at most one of”."),
    )
    message = models.CharField(_("message"), max_length=200, validators=text)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("basket rule")
        verbose_name_plural = _("basket rules")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
