"""`matrix_export`: the working copy of the matrix as the workbook that `matrix_import` reads."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from crossbank.matrix import book_writer, books


class Command(BaseCommand):
    help = "Writes the working copy of the matrix as a workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        stand = books.read()
        content = book_writer.workbook(stand, at=timezone.now())
        try:
            file.write_bytes(content)
        except OSError as trouble:
            raise CommandError(
                _("%(file)s cannot be written: %(why)s") % {"file": file, "why": trouble.strerror}
            ) from None
        self.stdout.write(
            _(
                "%(file)s: edition %(edition)d, %(pairs)d pairs by hand, %(rules)d rules, %(basket)d basket rules"
            )
            % {
                "file": file,
                "edition": stand.edition,
                "pairs": len(stand.said),
                **{key: len(table.rows) for key, table in stand.tables.items()},
            }
        )
