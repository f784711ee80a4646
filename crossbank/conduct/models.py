"""The trail: who did what, append-only."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class FrozenError(Exception):
    """Something tried to change or delete what is written once."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows can be added and read, nothing else."""

    def _refuse(self) -> NoReturn:
        raise FrozenError(f"{self.model._meta.label} rows are written once")

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()


class AppendOnly(models.Model):
    """A row that refuses to be saved twice or deleted."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FrozenError(f"{self._meta.label} rows are written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise FrozenError(f"{self._meta.label} rows are written once")


class AuditEntry(AppendOnly):
    """One act that somebody may ask about later. No foreign keys: it outlives what it names."""

    at = models.DateTimeField(_("when"), db_index=True)
    actor = models.CharField(_("who"), max_length=150)
    actor_role = models.CharField(_("role"), max_length=20)
    branch_code = models.CharField(_("branch"), max_length=20, blank=True)
    action = models.CharField(_("act"), max_length=50, db_index=True)
    subject = models.CharField(_("what"), max_length=100)
    detail = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"
