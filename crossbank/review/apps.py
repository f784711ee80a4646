"""What it adds up to; reads all rooms, writes no fact."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "crossbank.review"
    verbose_name = _("Review")

    def ready(self) -> None:
        from crossbank.desk.facts import add_teller  # noqa: PLC0415 - models are loaded only now
        from crossbank.review.also import tell  # noqa: PLC0415

        add_teller(tell)
