"""Seasonal picks: what comes first among equals for some local days."""

from datetime import date

from crossbank.engine.terms import Rating, SeasonTerms, Snapshot


def in_season(snapshot: Snapshot, day: date | None) -> dict[str, SeasonTerms]:
    """This will name the seasonal picks of a local day: code -> the pick; of two the earlier."""
    if day is None:
        return {}
    picks: dict[str, SeasonTerms] = {}
    for pick in snapshot.seasons:
        if pick.from_on <= day < pick.until_on:
            picks.setdefault(pick.cross, pick)
    return picks


def equals_of(snapshot: Snapshot, cross: str) -> tuple[str, ...]:
    """This will name the mains in whose row something has the same rating and rank as `cross`."""
    found = []
    for main, row in snapshot.rows.items():
        own = row.get(cross)
        if own and own.rating is not Rating.NOT_ALLOWED:
            level = (own.rating, own.rank)
            if any((p.rating, p.rank) == level for p in row.values() if p is not own):
                found.append(main)
    return tuple(found)
