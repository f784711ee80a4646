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
    """What customers answer to a product, and what may honestly be said then."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="objections")
    objection = models.CharField(_("objection"), max_length=200, validators=text)
    answer = models.TextField(_("answer"), validators=text)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["product", "order", "pk"]

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
