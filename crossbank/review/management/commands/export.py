"""`export`: the manager's workbook without a browser, for the whole bank or one place of it.

Or its raw data, in any number of rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from crossbank.conduct.services import record
from crossbank.org import switches
from crossbank.org.models import Role, User
from crossbank.review import excel, raw_rows
from crossbank.review import scope as scopes
from crossbank.review.figures import ROW_LIMIT, figures
from crossbank.review.forms import ReviewFilter, query
from crossbank.review.raw_book import raw_book, total
from crossbank.review.results import Figures
from crossbank.review.scope import OutOfScope
from crossbank.review.steady import steady
from crossbank.review.terms import Filter

MADE_BY = "command line"


class Command(BaseCommand):
    help = "Writes the manager's workbook. Dates are inclusive; it sees the whole bank, with names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", required=True, metavar="YYYY-MM-DD", help="first day")
        parser.add_argument("--until", required=True, metavar="YYYY-MM-DD", help="last day")
        parser.add_argument("--branch", default="", metavar="CODE", help="only this branch")
        parser.add_argument("--region", default="", metavar="CODE", help="only this region")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.xlsx")
        parser.add_argument(
            "--raw", action="store_true", help="only the rows of Data, as many as there are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.localtime()
        asked = self._asked({name: options[name] for name in ("from", "until", "branch", "region")})
        if options["raw"]:
            self._write_raw(options["out"], asked, at)
            return
        found = figures(
            asked,
            made_by=MADE_BY,
            made_at=at,
            with_data=True,
            with_kept=switches.is_on(switches.KEPT),
        )
        if found.data_rows > ROW_LIMIT:
            raise CommandError(
                _(
                    "%(rows)s rows, at most %(limit)s. Choose a shorter period or one branch, or "
                    "take the raw data (--raw)."
                )
                % {"rows": found.data_rows, "limit": ROW_LIMIT}
            )
        self._write(options["out"], found)
        self.stdout.write(
            _("%(file)s: %(rows)s data rows, %(total)s consultations, %(from)s to %(until)s")
            % {
                "file": options["out"],
                "rows": found.data_rows,
                "total": found.totals.total,
                "from": asked.since,
                "until": asked.last,
            }
        )

    def _asked(self, words: dict[str, str]) -> Filter:
        data = QueryDict(mutable=True)
        data.update(words)
        form = ReviewFilter(data, scope=scopes.whole_bank(), today=timezone.localdate())
        try:
            valid = form.is_valid()
        except OutOfScope as missing:
            raise CommandError(str(missing)) from None
        if not valid:
            raise CommandError(
                " ".join(
                    f"--{name}: {error}" for name, errors in form.errors.items() for error in errors
                )
            )
        return form.asked

    def _write(self, out: Path, found: Figures) -> None:
        content = excel.workbook(found)
        with self._recorded(out, {"filter": query(found.asked), "rows": found.data_rows}):
            out.write_bytes(content)

    def _write_raw(self, out: Path, asked: Filter, at: datetime) -> None:
        """Beside the file until it is whole: who opens it never sees half of it."""
        part = out.with_name(f"{out.name}.part")
        try:
            with self._in_words(out), steady(), part.open("wb") as file:
                months = raw_rows.count(asked)
                file.writelines(raw_book(asked, months=months, made_by=MADE_BY, made_at=at))
            rows = total(months)
            with self._recorded(out, {"filter": query(asked), "rows": rows, "raw": True}):
                part.replace(out)
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(
            _("%(file)s: %(rows)s data rows, %(from)s to %(until)s")
            % {"file": out, "rows": rows, "from": asked.since, "until": asked.last}
        )

    @contextmanager
    def _recorded(self, out: Path, detail: dict[str, Any]) -> Iterator[None]:
        """No line in the trail, no file; no file, no line."""
        with transaction.atomic():
            record(
                action="export",
                subject=out.name,
                detail=detail,
                at=timezone.now(),
                # whoever has the machine's command line acts with its rights, under no name of ours
                by=User(username=MADE_BY, role=Role.ADMIN),
            )
            with self._in_words(out):
                yield

    @contextmanager
    def _in_words(self, out: Path) -> Iterator[None]:
        try:
            yield
        except OSError as trouble:
            raise CommandError(
                _("%(file)s cannot be written: %(why)s") % {"file": out, "why": trouble.strerror}
            ) from None
