"""What was said to a customer, the sheet that counts it and how it was closed, offers used; old tallies."""

from crossbank.desk.models.approvals import Approval
from crossbank.desk.models.closings import DayClose, LateEntry, Reflection
from crossbank.desk.models.consultations import (
    COUNTED_ONLY,
    Bucket,
    Consultation,
    ConsultationItem,
    CustomerKind,
    DeclineReason,
    NothingOffered,
    Response,
    Source,
)
from crossbank.desk.models.sheets import DaySheet, Receipt
from crossbank.desk.models.takeovers import OldTallies
from crossbank.desk.models.uses import IssuedRight, Redemption

__all__ = [
    "COUNTED_ONLY",
    "Approval",
    "Bucket",
    "Consultation",
    "ConsultationItem",
    "CustomerKind",
    "DayClose",
    "DaySheet",
    "DeclineReason",
    "IssuedRight",
    "LateEntry",
    "NothingOffered",
    "OldTallies",
    "Receipt",
    "Redemption",
    "Reflection",
    "Response",
    "Source",
]
