"""Where a need may go, and when: refused in words before anything is written."""

from datetime import date, timedelta

from crossbank.catalog.models import Product
from crossbank.leads import refusals
from crossbank.leads.models import Lead, Unit
from crossbank.org.models import User

_FARTHEST = timedelta(days=366)


def refuse_unfit(
    unit: Unit, product: Product | None, contact_on: date | None, today: date, by: User
) -> None:
    """Raises OwnUnit, NotInUse, NobodyThere, NotServed, DayPassed."""
    if unit.members.filter(pk=by.pk).exists():
        raise refusals.OwnUnit
    _refuse_place(unit, product)
    if contact_on and not today <= contact_on <= today + _FARTHEST:
        raise refusals.DayPassed


def refuse_passing(lead: Lead, unit: Unit) -> None:
    """Raises SameUnit, SendersUnit, NotInUse, NobodyThere, NotServed."""
    if unit.pk == lead.to_unit_id:
        raise refusals.SameUnit
    if unit.members.filter(pk=lead.from_employee_id).exists():
        raise refusals.SendersUnit
    _refuse_place(unit, lead.product)


def _refuse_place(unit: Unit, product: Product | None) -> None:
    """A licensed product goes only where it is served; coordination finds out where that is."""
    if not unit.is_active:
        raise refusals.NotInUse
    if not unit.members.filter(is_active=True).exists():
        raise refusals.NobodyThere
    if product is None or not product.needs_licence or unit.is_coordination:
        return
    if not unit.products.filter(pk=product.pk).exists():
        raise refusals.NotServed
