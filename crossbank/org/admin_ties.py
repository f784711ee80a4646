"""What stands against deleting a row of reference data."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.text import capfirst


@dataclass(frozen=True, kw_only=True)
class Tie:
    """Why a row cannot go: so many others point at it."""

    label: str
    count: int


def references(row: models.Model) -> Iterator[Tie]:
    """This will count the rows that name this one, through a protected key or a set of choices.

    Counts, not rows: a product may stand in a million records.
    """
    for relation in row._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete:
            continue
        if relation.many_to_many or relation.on_delete in (models.PROTECT, models.RESTRICT):
            there, field = relation.related_model, relation.field
            yield Tie(
                label=f"{capfirst(there._meta.verbose_name_plural)} ({field.verbose_name})",
                count=there._base_manager.filter(**{field.name: row}).count(),
            )
