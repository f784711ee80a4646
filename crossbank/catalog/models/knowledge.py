"""What else is known of products: free attributes, objections, and the needs they answer."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crossbank.catalog.models.products import Product, text, validate_code

validate_key = RegexValidator(
    r"^[^\s=,!][^=,\n\r]{0,39}\Z",
    _("A name of up to 40 signs without “=” and commas, for example brand."),
)


class Attribute(models.Model):
    """A free key and value of a product, for rules that the fixed fields do not foresee."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="attributes")
    key = models.CharField(_("name"), max_length=40, validators=[validate_key])
    value = models.CharField(_("value"), max_length=100, validators=text)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ["product", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "key"],
                name="attribute_once",
                violation_error_message=_("This product has a value for this name already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class PackagePart(models.Model):
    """One product inside another: what an account package contains, each part to be had alone."""

    package = models.ForeignKey(Product, models.CASCADE, related_name="contents")
    part = models.ForeignKey(
        Product, models.PROTECT, related_name="packages", verbose_name=_("part")
    )

    class Meta:
        verbose_name = _("part of the package")
        verbose_name_plural = _("parts of the package")
        ordering = ["package", "part__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "part"],
                name="package_part_once",
                violation_error_message=_("This product is in the package already."),
            ),
            models.CheckConstraint(
                condition=~Q(package=F("part")),
                name="package_not_in_itself",
                violation_error_message=_("A package does not contain itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package.code} > {self.part.code}"

    def clean(self) -> None:
        """A package may hold packages, never itself by a detour."""
        if not self.package_id or not self.part_id:
            return
        if self.package_id == self.part_id:  # an inline leaves out the constraint on its parent
            raise ValidationError({"part": _("A package does not contain itself.")})
        inside = dict[int, set[int]]()
        for package, part in PackagePart.objects.values_list("package_id", "part_id"):
            inside.setdefault(package, set()).add(part)
        queue, seen = [self.part_id], set[int]()
        while queue:
            code = queue.pop()
            if code == self.package_id:
                raise ValidationError({"part": _("This product already contains the package.")})
            if code not in seen:
                seen.add(code)
                queue.extend(inside.get(code, ()))


class Objection(models.Model):
    """What customers answer to a product, or with a need, and what may honestly be said then."""

    product = models.ForeignKey(
        Product,
        models.CASCADE,
        related_name="objections",
        verbose_name=_("product"),
        null=True,
        blank=True,
        help_text=_("Empty: to whatever is offered for the need."),
    )
    need = models.ForeignKey(
        "Need",
        models.CASCADE,
        related_name="objections",
        verbose_name=_("need"),
        null=True,
        blank=True,
        help_text=_("Empty: whatever the customer needs."),
    )
    objection = models.CharField(_("objection"), max_length=200, validators=text)
    answer = models.TextField(_("answer"), validators=text)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["product", "need", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(product__isnull=False) | Q(need__isnull=False),
                name="objection_to_something",
                violation_error_message=_("Name the product, the need, or both."),
            )
        ]

    def __str__(self) -> str:
        return self.objection


class Need(models.Model):
    """What a customer wants to achieve; asked before any product is named."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=100, validators=text)
    question = models.CharField(_("first question"), max_length=200, validators=text)
    hints = models.TextField(_("what to listen for"), blank=True, validators=text)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    mains = models.ManyToManyField(
        Product, related_name="needs_as_main", verbose_name=_("main products"), blank=True
    )
    crosses = models.ManyToManyField(
        Product, related_name="needs_as_cross", verbose_name=_("crosses to look at"), blank=True
    )

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class Bundle(models.Model):
    """Several cross products at one price; each can be had alone, and counts as itself."""

    class Period(models.TextChoices):
        MONTH = "month", _("A month")
        YEAR = "year", _("A year")

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=100, validators=text)
    parts = models.ManyToManyField(Product, related_name="bundles", verbose_name=_("products"))
    price_minor = models.PositiveIntegerField(_("price together, in minor units"))
    price_period = models.CharField(
        _("price period"), max_length=10, choices=Period.choices, default=Period.MONTH
    )
    price_text = models.CharField(
        _("price in words"),
        max_length=60,
        validators=text,
        help_text=_("As it is said and recorded: “2.50 a month for both”."),
    )
    say = models.CharField(_("what to say"), max_length=300, blank=True, validators=text)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
