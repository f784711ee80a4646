"""To whom views go by mail, and why to somebody not."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crossbank.org.access import REVIEWERS
from crossbank.org.models import User


def why_not(reader: User) -> str:
    """Why somebody gets no mail, for whoever runs the command; empty where he gets it."""
    if not reader.is_active:
        return "the account is not active"
    if reader.role not in REVIEWERS:
        return "the role does not see Review"
    try:
        validate_email(reader.email)
    except ValidationError:
        return "the account has no e-mail address"
    return ""
