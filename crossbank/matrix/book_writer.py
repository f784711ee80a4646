"""The working copy -> the owner's workbook: grids to edit, lists, and what the way back needs."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet as Sheet
from openpyxl.worksheet.datavalidation import DataValidation

from crossbank.matrix import book_words, books
from crossbank.matrix.books import EMPTY, GRIDS, TITLES, Stand
from crossbank.matrix.models import Pairing, Rating
from crossbank.matrix.services import compile_draft
from crossbank.org.table_writer import (
    LAST_ROW,
    Lists,
    add_read_me,
    add_table,
    append,
    choice_of,
    start_list,
)
from crossbank.web.cells import RATING_FILLS
from crossbank.web.workbook_lists import FIRST, MARKS, STATE, Name
from crossbank.web.workbook_pens import Pens, dress, set_height

_WIDTHS = {"rating": 13, "rank": 9, "kind": 20, "link_kind": 20}
_FIRST_LIST = 12  # column of the hidden sheet from which the words of drop-downs stand


def file_name(stand: Stand) -> str:
    return f"crossbank_matrix_edition-{stand.edition}.xlsx"


def workbook(stand: Stand, *, at: datetime) -> bytes:
    """This will write the whole working copy as it stands at `at`."""
    book = Workbook(write_only=True)
    book.properties.title = _("Crossbank matrix, edition %(number)d") % {"number": stand.edition}
    book.properties.creator = "Crossbank"
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(
        tzinfo=None, microsecond=0
    )
    pens, choices = Pens(book), Lists(_FIRST_LIST)
    made = _made_by_others(stand, at=at)
    rows, columns = _codes(stand, made)
    marks = _marks(stand, made, rows, columns)
    lists = _list_marks(stand)
    seal = books.sealed(stand.edition, {**marks, **lists})
    read_me = book_words.read_me(stand.edition, at=at, seal=seal)
    add_read_me(book, pens, str(TITLES["read_me"]), read_me)
    for field in GRIDS:
        _add_grid(book, pens, choices, field, stand, made, rows, columns)
    _add_better(book, pens, choices, stand)
    for table in stand.tables.values():
        add_table(book, pens, table, choices)
    _add_state(book, stand, lists, choices, seal=seal)
    _add_marks(book, marks, rows, columns)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _marks(
    stand: Stand, made: dict[Name, str], rows: list[str], columns: list[str]
) -> dict[Name, str]:
    """What every cell of the grid says: a mark, or in brackets what others make of it."""
    found = {name: books.bracketed(code) for name, code in made.items()}
    found |= {name: mark for name, mark in stand.marks().items() if stand.said[name].rating}
    mains, crosses = set(rows), set(columns)
    return {name: m for name, m in found.items() if name[0] in mains and name[1] in crosses}


def _list_marks(stand: Stand) -> dict[Name, str]:
    marks = stand.marks()
    better = {
        ("better", " ".join(name)): marks[name] for name, s in stand.said.items() if not s.rating
    }
    return better | stand.rule_marks()


def _made_by_others(stand: Stand, *, at: datetime) -> dict[Name, str]:
    """What rules and inherited rows say where nobody wrote by hand: the code of the rating."""
    snapshot = compile_draft(at=at).snapshot
    made = {(pair.main, pair.cross): pair.rating.value for pair in snapshot.pairs}
    better = Pairing.Relation.UP_SELL.value
    made |= {(step.main, step.better): better for step in snapshot.steps_up}
    return {
        name: code
        for name, code in made.items()
        if name not in stand.said or not stand.said[name].rating
    }


def _codes(stand: Stand, made: dict[Name, str]) -> tuple[list[str], list[str]]:
    """The rows and columns: what may be paired and whatever is, in the order of the catalogue."""
    used = [name for name, said in stand.said.items() if said.rating]
    used += [name for name, code in made.items() if code in Rating.values]
    mains, crosses = {main for main, _cross in used}, {cross for _main, cross in used}
    for code, product in stand.products.items():
        is_retired = product.valid_until is not None
        if product.is_main and not is_retired:
            mains.add(code)
        if product.is_cross and not is_retired:
            crosses.add(code)
    order = list(stand.products)
    return [c for c in order if c in mains], [c for c in order if c in crosses]


def _add_grid(
    book: Workbook,
    pens: Pens,
    choices: Lists,
    field: str,
    stand: Stand,
    made: dict[Name, str],
    rows: list[str],
    columns: list[str],
) -> None:
    sheet = book.create_sheet(str(TITLES[field]))
    widths = [18, 30, *[_WIDTHS.get(field, 34)] * len(columns)]
    dress(sheet, book, widths=widths, freeze="C3")
    _add_choices(sheet, choices, field, len(rows), len(columns))
    sheet.append([pens.head(sheet, t) for t in (_("Main ↓  Cross →"), "", *columns)])
    names = [stand.products[code].name for code in columns]
    sheet.append([pens.head(sheet, ""), *(pens.name(sheet, name) for name in ("", *names))])
    place, words = books.Said._fields.index(field), _words_of(field)
    for number, main in enumerate(rows, start=FIRST):
        line = [pens.code(sheet, main), pens.name(sheet, stand.products[main].name)]
        for cross in columns:
            said = stand.said.get((main, cross))
            if said is not None and said.rating:
                value = words.get(said[place], said[place])
                line.append(_value(pens, sheet, field, value) if value != "" else None)
            elif field == "rating" and (main, cross) in made:
                line.append(pens.pale(sheet, books.bracketed(words[made[main, cross]])))
            else:
                line.append(pens.closed(sheet) if main == cross else None)
        set_height(sheet, number, widths, [cell.value if cell else None for cell in line])
        sheet.append(line)


def _words_of(field: str) -> dict[Any, str]:
    """code -> word. What an empty detail means is left empty, so that the others stand out."""
    if field not in books.CHOICES:
        return {}
    found = {code: str(label) for code, label in books.CHOICES[field].choices}
    if field == "rating":
        return found | {Pairing.Relation.UP_SELL.value: _("Better main product")}
    return found | {getattr(EMPTY, field): ""}


def _add_choices(sheet: Sheet, choices: Lists, field: str, rows: int, columns: int) -> None:
    if not rows or not columns:
        return
    last = f"{get_column_letter(FIRST + columns - 1)}{FIRST + rows - 1}"
    area = f"{get_column_letter(FIRST)}{FIRST}:{last}"
    sheet.data_validations.append(_check(choices, field, area))
    if field == "rating":
        for code, colour in RATING_FILLS.items():
            fill = PatternFill("solid", bgColor=colour)
            rule = CellIsRule("equal", [f'"{Rating(code).label}"'], fill=fill)
            sheet.conditional_formatting.add(area, rule)
        ink = Font(color="8F2A17", bold=True)
        forbidden = CellIsRule("equal", [f'"{Rating.NOT_ALLOWED.label}"'], font=ink)
        sheet.conditional_formatting.add(area, forbidden)


def _check(choices: Lists, field: str, area: str) -> DataValidation:
    """A drop-down, a range of numbers or the length that the product keeps."""
    if field in books.CHOICES:
        return choice_of(choices.area([str(label) for label in books.CHOICES[field].labels]), area)
    if field == "rank":
        check = DataValidation(
            "whole", operator="between", formula1="0", formula2="32767", sqref=area
        )
        check.error = _("A whole number from 0.")
    else:
        most = Pairing._meta.get_field(field).max_length
        check = DataValidation(
            "textLength", operator="lessThanOrEqual", formula1=str(most), sqref=area
        )
        check.error = _("At most %(most)d signs.") % {"most": most}
    check.allow_blank = check.showErrorMessage = True
    return check


def _value(pens: Pens, sheet: Sheet, field: str, value: Any) -> Any:
    return pens.value(sheet, value, is_centred=field not in books.TEXTS)


def _add_better(book: Workbook, pens: Pens, choices: Lists, stand: Stand) -> None:
    """Better main products: few, so a list; a row goes when it is marked, never by itself."""
    columns = book_words.better_columns()
    sheet = start_list(book, pens, str(TITLES["better"]), columns, freeze="E3")
    last = get_column_letter(len(columns))
    removal = choice_of(choices.area([_("remove")]), f"{last}{FIRST}:{last}{LAST_ROW}")
    sheet.data_validations.append(removal)
    better = sorted((name, said) for name, said in stand.said.items() if not said.rating)
    for number, ((main, other), said) in enumerate(better, start=FIRST):
        names = [stand.products[code].name for code in (main, other)]
        values = said._asdict() | {
            key: _words_of(key).get(getattr(said, key), "") for key in ("kind", "link_kind")
        }
        line = [pens.code(sheet, main), pens.name(sheet, names[0])]
        line += [pens.code(sheet, other), pens.name(sheet, names[1])]
        line += [_value(pens, sheet, field, values[field]) for field in book_words.BETTER_FIELDS]
        append(sheet, number, columns, line)


def _add_state(
    book: Workbook, stand: Stand, lists: dict[Name, str], choices: Lists, *, seal: str
) -> None:
    """Hidden. A, B: what this file is; I to K: marks of lists; from L on: drop-downs."""
    sheet = book.create_sheet(STATE)
    sheet.sheet_state = "hidden"
    facts = [("format", books.FORMAT), ("edition", stand.edition), ("seal", seal)]
    facts += [(f"sheet {key}", str(title)) for key, title in TITLES.items()]
    marks = [(*key, mark) for key, mark in lists.items()]
    for n in range(max(len(facts), len(marks), *map(len, choices.columns))):
        line = [*(facts[n] if n < len(facts) else ("", "")), *[""] * 6]
        sheet.append([*line, *(marks[n] if n < len(marks) else [""] * 3), *choices.row(n)])


def _add_marks(book: Workbook, marks: dict[Name, str], rows: list[str], columns: list[str]) -> None:
    """Hidden. What every cell said when this file was made, as short marks."""
    sheet = book.create_sheet(MARKS)
    sheet.sheet_state = "hidden"
    sheet.append(["", "", *(_as_text(sheet, code) for code in columns)])
    for main in rows:
        line = [marks.get((main, cross)) for cross in columns]
        sheet.append(
            [_as_text(sheet, main), "", *(_as_text(sheet, m) if m else None for m in line)]
        )


def _as_text(sheet: Sheet, value: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"  # a mark such as 1e5 or a code such as 00123 is no number
    return cell
