"""Passwords that anybody in the branch would try first."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crossbank.org.models import User


class ContextWordsValidator:
    """Refuses passwords built on the product's or the branch's name (ASVS 6.2.11)."""

    def validate(self, password: str, user: User | None = None) -> None:
        words = ["crossbank"]
        if user is not None and user.branch_id:
            words += [word for word in user.branch.name.lower().split() if len(word) > 3]
        for word in words:
            if word in password.lower():
                raise ValidationError(
                    _("This password contains “%(word)s”, which is easily guessed here."),
                    code="password_context",
                    params={"word": word},
                )

    def get_help_text(self) -> str:
        return _("Your password can’t contain the name of the product or of your branch.")
