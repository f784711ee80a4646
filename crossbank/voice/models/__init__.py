"""What customers say of themselves, and of the conversation."""

from crossbank.voice.models.profiles import Horizon, NeedProfile, year_before
from crossbank.voice.models.survey import AnswerCount, Felt, Ticket, Useful

__all__ = ["AnswerCount", "Felt", "Horizon", "NeedProfile", "Ticket", "Useful", "year_before"]
