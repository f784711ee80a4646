"""What a manager writes to one employee, and what the two then say. Nothing of it disappears."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crossbank.conduct.models import AppendOnly, AppendOnlyQuerySet
from crossbank.org.access import FRONT, HEARERS
from crossbank.org.models import Branch, User
from crossbank.training.barriers import BY_CODE
from crossbank.web.text import validate_text

LONGEST = 600


class CoachingNoteQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: User) -> "CoachingNoteQuerySet":
        """The two whom it concerns, and the roles outside the line; a successor begins anew."""
        if user.role in HEARERS:  # what managers say of figures is theirs to read
            return self
        if user.role in FRONT:
            return self.filter(Q(by=user) | Q(to=user))
        return self.none()

    def awaiting(self, employee: User) -> "CoachingNoteQuerySet":
        """Written to him, and the last word is not his; for him alone."""
        replies = CoachingReply.objects.filter(note=OuterRef("pk")).order_by("-pk")
        notes = self.filter(to=employee).annotate(last_by=Subquery(replies.values("by")[:1]))
        return notes.filter(Q(last_by=None) | ~Q(last_by=employee.pk))

    def with_thread(self) -> "CoachingNoteQuerySet":
        return self.select_related("by", "to", "branch").prefetch_related("replies__by")

    def by_name(self) -> "CoachingNoteQuerySet":
        """Alphabetical by who received them, the newest first within a name."""
        return self.order_by("to__first_name", "to__username", "-at", "-pk")

    def newest_first(self) -> "CoachingNoteQuerySet":
        return self.order_by("-at", "-pk")


class CoachingNote(AppendOnly):
    """A manager's note to one employee of his branch: about a pair, a barrier, or neither.

    A barrier is named in general. Nothing leads here from what an employee told himself.
    """

    uuid = models.UUIDField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from")
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to")
    )
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name=_("branch"))
    at = models.DateTimeField(_("when"))
    text = models.TextField(_("note"), max_length=LONGEST, validators=[validate_text])
    main_code = models.CharField(_("main product"), max_length=20, blank=True)
    cross_code = models.CharField(_("cross product"), max_length=20, blank=True)
    barrier = models.CharField(_("barrier"), max_length=20, blank=True)

    objects = CoachingNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("coaching note")
        verbose_name_plural = _("coaching notes")
        indexes = [models.Index(fields=["to", "at"], name="note_reader")]
        constraints = [
            models.UniqueConstraint(fields=["by", "uuid"], name="note_written_once"),
            models.CheckConstraint(condition=~Q(by=F("to")), name="note_to_another"),
            models.CheckConstraint(
                condition=Q(main_code="", cross_code="") | (~Q(main_code="") & ~Q(cross_code="")),
                name="note_about_whole_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"coaching note {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:note", args=[self.pk])

    @property
    def about_barrier(self) -> str | Promise:
        known = BY_CODE.get(self.barrier)
        return known.title if known else ""

    def last_word(self) -> Any:
        """The note itself, or the last reply; of rows with `replies` prefetched no query."""
        replies = list(self.replies.all())
        return replies[-1] if replies else self


class CoachingReply(AppendOnly):
    """One more line of the two; written once, like the note."""

    uuid = models.UUIDField(editable=False)
    note = models.ForeignKey(
        CoachingNote, models.PROTECT, related_name="replies", verbose_name=_("note")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from")
    )
    at = models.DateTimeField(_("when"))
    text = models.TextField(_("reply"), max_length=LONGEST, validators=[validate_text])

    class Meta:
        verbose_name = _("reply to a coaching note")
        verbose_name_plural = _("replies to coaching notes")
        ordering = ["note", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["note", "uuid"], name="note_reply_once"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id}.{self.pk}"
