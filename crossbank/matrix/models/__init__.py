"""The cross-product matrix: the working copy that owners edit, and editions that desks read."""

from crossbank.matrix.models.editions import Edition as Edition
from crossbank.matrix.models.editions import EditionReview as EditionReview
from crossbank.matrix.models.evidence import EvidenceNote as EvidenceNote
from crossbank.matrix.models.pairings import BasketRule as BasketRule
from crossbank.matrix.models.pairings import Pairing as Pairing
from crossbank.matrix.models.pairings import Rating as Rating
from crossbank.matrix.models.rules import PairingRule as PairingRule
from crossbank.matrix.models.seasons import SeasonalPick as SeasonalPick
