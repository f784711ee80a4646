"""Two ideas: what was said to a customer, and the sheet that counts it."""

from crossbank.desk.models.consultations import (
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

__all__ = [
    "Bucket",
    "Consultation",
    "ConsultationItem",
    "CustomerKind",
    "DaySheet",
    "DeclineReason",
    "NothingOffered",
    "Receipt",
    "Response",
    "Source",
]
