"""Whose figures a reader may see, as values, and the filter cut to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from crossbank.catalog.models import Product
from crossbank.desk.models import DaySheet
from crossbank.org import access
from crossbank.org.models import Branch, User
from crossbank.review.terms import ONE_DAY, Filter, Named, Place


class OutOfScope(Http404):
    """A filter names what is not there or not the reader's to see: he learns not which."""


@dataclass(frozen=True, kw_only=True)
class Colleague:
    pk: int
    named: Named
    branch: str  # code


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Shape: places and mains by code, staff by name and empty without the right to names.
    `everywhere`: no branch of the bank is missing."""

    places: tuple[Place, ...]
    mains: tuple[Named, ...]
    names: bool
    everywhere: bool = False
    staff: tuple[Colleague, ...] = ()

    @property
    def regions(self) -> tuple[Named, ...]:
        regions = {place.region.code: place.region for place in self.places}
        return tuple(regions[code] for code in sorted(regions))


def of(user: User) -> Scope:
    """This will read what one person may see."""
    names = access.may_see_names(user)
    return _scope(
        access.visible_branches(user).select_related("region", "merged_into"),
        names=names,
        everywhere=access.sees_whole_bank(user),
        staff=_colleagues(user) if names else User.objects.none(),
    )


def _colleagues(user: User) -> QuerySet[User]:
    """Who works there, and who did: what he recorded before he moved stays there with his name."""
    here = DaySheet.objects.filter(branch__in=access.visible_branches(user)).values("employee")
    return User.objects.filter(
        Q(pk__in=access.visible_staff(user).values("pk")) | Q(pk__in=here)
    ).order_by("first_name", "username")


def whole_bank() -> Scope:
    """This will read everything, for who works at the machine itself."""
    return _scope(
        Branch.objects.select_related("region", "merged_into").order_by("code"),
        names=True,
        everywhere=True,
        staff=User.objects.filter(role__in=access.FRONT).order_by("first_name", "username"),
    )


def place_of(branch: Branch) -> Place:
    """Of a branch that was read with its region and the branch that goes on for it."""
    return Place(
        pk=branch.pk,
        code=branch.code,
        name=branch.name,
        region=Named(code=branch.region.code, name=branch.region.name),
        time_zone=branch.time_zone,
        now=branch.merged_into.code if branch.merged_into else branch.code,
    )


def _scope(
    branches: Iterable[Branch], *, names: bool, everywhere: bool, staff: QuerySet[User]
) -> Scope:
    return Scope(
        places=tuple(place_of(branch) for branch in branches),
        mains=tuple(
            Named(code=code, name=name)
            for code, name in Product.objects.filter(is_main=True)
            .order_by("code")
            .values_list("code", "name")
        ),
        names=names,
        everywhere=everywhere,
        staff=tuple(
            Colleague(
                pk=person.pk,
                named=Named(code=person.username, name=person.display_name),
                branch=person.branch.code if person.branch else "",
            )
            for person in staff.select_related("branch")
        ),
    )


def narrow(
    scope: Scope,
    *,
    since: date,
    last: date,
    region: str = "",
    branch: str = "",
    staff: str = "",
    main: str = "",
) -> Filter:
    """This will cut a scope to what was asked for; empty words ask for everything.

    A region and a branch of another region, both visible, leave no place and so no figures.
    Units: `last` is inclusive, as people type it; the filter is half-open. Raises: OutOfScope.
    """
    found_region = _find(region, scope.regions)
    found_branch = _find(branch, (place.named for place in scope.places))
    places = (
        place
        for place in scope.places
        if (not region or place.region.code == region) and (not branch or place.code == branch)
    )
    return Filter(
        since=since,
        until=last + ONE_DAY,
        places=tuple(places),
        names=scope.names,
        known={colleague.pk: colleague.named for colleague in scope.staff},
        everywhere=scope.everywhere and not region and not branch,
        region=found_region,
        branch=found_branch,
        staff=_find(staff, (colleague.named for colleague in scope.staff)),
        main=_find(main, scope.mains),
    )


def _find(code: str, named: Iterable[Named]) -> Named | None:
    if not code:
        return None
    for one in named:
        if one.code == code:
            return one
    raise OutOfScope(_("There is no “%(code)s” here.") % {"code": code})
