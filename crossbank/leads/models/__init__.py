from crossbank.leads.models.leads import Act, Lead, LeadEvent, State, validate_no_number
from crossbank.leads.models.points import Badge, Change, Level, NameConsent, PointEntry
from crossbank.leads.models.units import Unit

__all__ = [
    "Act",
    "Badge",
    "Change",
    "Lead",
    "LeadEvent",
    "Level",
    "NameConsent",
    "PointEntry",
    "State",
    "Unit",
    "validate_no_number",
]
