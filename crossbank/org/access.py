"""Who sees what: the one place. Every query that reaches a page starts here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from crossbank.org import switches
from crossbank.org.models import Branch, Role, User

View = Callable[..., HttpResponse]

EVERYONE = tuple(Role)
FRONT = (Role.SELLER, Role.MANAGER)
MANAGERS = (Role.MANAGER, Role.REGIONAL)  # of sheets: reopen, decide on what came late
REVIEWERS = (Role.MANAGER, Role.REGIONAL, Role.OWNER, Role.CONDUCT, Role.AUDITOR)
BANK_REVIEWERS = (Role.OWNER, Role.CONDUCT, Role.AUDITOR)  # of figures that know no branch
HEARERS = (Role.CONDUCT, Role.AUDITOR)  # outside the line: they read what people say of work
RECORD_READERS = (*FRONT, Role.REGIONAL, *HEARERS)
KEEPERS = (Role.OWNER, Role.ADMIN)
_WHOLE_BANK = {Role.OWNER, Role.CONDUCT, Role.AUDITOR, Role.ADMIN}


def requires(*roles: Role) -> Callable[[View], View]:
    """This will open a view to these roles and answer 403 to the others."""

    def decorate(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gate.roles = frozenset(roles)  # read by the test that walks all doors
        return gate

    return decorate


def visible_branches(user: User) -> QuerySet[Branch]:
    """The branches whose figures and records a person may see (contract: addresses and who); a
    manager's own, and those that were merged into it."""
    branches = Branch.objects.select_related("region").order_by("code")
    if sees_whole_bank(user):
        return branches
    if user.role == Role.REGIONAL:
        return branches.filter(region_id=user.region_id)
    return branches.of_place(user.branch_id)


def sees_whole_bank(user: User) -> bool:
    return user.role in _WHOLE_BANK


def may_see_names(user: User) -> bool:
    """Named colleagues: the branch's own manager, and the roles outside the line (decision 13)."""
    if user.role == Role.REGIONAL:
        return switches.is_on(switches.NAMES_ABOVE_BRANCH)
    return user.role in {Role.MANAGER, Role.CONDUCT, Role.AUDITOR}


def visible_staff(user: User) -> QuerySet[User]:
    """The colleagues a person may name in a filter, by name; empty without that right."""
    staff = User.objects.filter(role__in=FRONT).order_by("first_name", "username")
    if not may_see_names(user):
        return staff.none()
    return staff.filter(branch__in=visible_branches(user))
