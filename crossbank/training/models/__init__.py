"""What somebody tells himself, what a branch adds up to, and what a manager writes to one."""

from crossbank.training.models.checks import BarrierCheck, MixCount, PracticeDay
from crossbank.training.models.notes import CoachingNote, CoachingReply

__all__ = ["BarrierCheck", "CoachingNote", "CoachingReply", "MixCount", "PracticeDay"]
