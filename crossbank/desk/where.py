"""What the place of a conversation says to the conditions of products."""

from crossbank.engine.conditions import Facts
from crossbank.org.models import Branch

CHANNEL = "branch"  # what is said at a counter
NOWHERE = Facts(channel=CHANNEL)  # a counter, nobody knows in which branch


def facts_at(branch: Branch | None) -> Facts:
    """What the place of a conversation says; a reader without a branch knows the channel only."""
    if branch is None:
        return NOWHERE
    return Facts(channel=CHANNEL, branch=branch.code, region=branch.region.code)
