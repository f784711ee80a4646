"""All desk sheets as one booklet: a cover with its contents, then one sheet on every page."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

from crossbank.desk.desk_sheet import Sheet
from crossbank.desk.print_runs import Expiry

ON_COVER, ON_PAGE = 22, 30  # lines of contents


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A sheet and the page it stands on; the cover is page 1."""

    sheet: Sheet
    page: int


@dataclass(frozen=True, kw_only=True)
class Booklet:
    """`contents` holds the same leaves as `leaves`, split into the pages that list them.

    `expiry`: of the sheet that ends first; None where there is no sheet.
    """

    contents: tuple[tuple[Leaf, ...], ...]
    leaves: tuple[Leaf, ...]
    expiry: Expiry | None

    @property
    def pages(self) -> int:
        return len(self.contents) + len(self.leaves)


def bind(sheets: Collection[Sheet]) -> Booklet:
    """This will number the pages: the cover, further contents where one page is too short, sheets."""
    further = max(0, len(sheets) - ON_COVER)
    front = 1 + -(-further // ON_PAGE)
    leaves = tuple(
        Leaf(sheet=sheet, page=page) for sheet, page in zip(sheets, count(front + 1), strict=False)
    )
    rest = range(ON_COVER, ON_COVER + further, ON_PAGE)
    return Booklet(
        contents=(leaves[:ON_COVER], *(leaves[start : start + ON_PAGE] for start in rest)),
        leaves=leaves,
        expiry=min((sheet.expiry for sheet in sheets), key=lambda end: end.day, default=None),
    )
