"""What became of a proposal that the counts made, with the evidence as it was."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.models import AppendOnly
from crossbank.engine.proposals import ProposalKind as EngineKind


class EvidenceNote(AppendOnly):
    """A proposal that somebody took into the draft or put away, and all it rested on.

    Codes instead of foreign keys: a note outlives the pair it speaks of.
    """

    class Kind(models.TextChoices):
        RATE_IT = EngineKind.RATE_IT.value, _("Taken together, not rated")
        RECONSIDER = EngineKind.RECONSIDER.value, _("Rated, and refused")

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Put into the draft")
        DISMISSED = "dismissed", _("Put away")

    kind = models.CharField(_("proposal"), max_length=20, choices=Kind.choices)
    main_code = models.CharField(_("main product"), max_length=20)
    cross_code = models.CharField(_("cross product"), max_length=20)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    rating_before = models.CharField(_("rating before"), max_length=20, blank=True)
    rating_after = models.CharField(_("rating in the draft"), max_length=20, blank=True)
    since = models.DateField(_("first day counted"))
    last = models.DateField(_("last day counted"))
    support = models.PositiveIntegerField(_("support"))
    figures = models.JSONField(_("figures"))
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )

    class Meta:
        verbose_name = _("decision on evidence")
        verbose_name_plural = _("decisions on evidence")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["main_code", "cross_code", "kind"], name="evidence_note_pair")
        ]

    def __str__(self) -> str:
        return f"{self.main_code} → {self.cross_code} {self.decision}"
