"""`matrix_import`: a workbook of `matrix_export` back into the working copy, and into an edition."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crossbank.engine import snapshot as snapshots
from crossbank.matrix import book_changes, books, imports, services, words
from crossbank.matrix.book_plan import Plan
from crossbank.matrix.models import Edition
from crossbank.org.access import KEEPERS
from crossbank.org.models import Role, User
from crossbank.org.uploads import CannotTakeOver
from crossbank.web.workbooks import Refused

MADE_BY = "command line"


class Command(BaseCommand):
    help = "Takes a workbook of matrix_export over into the working copy: all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.xlsx")
        parser.add_argument("--dry-run", action="store_true", help="show the differences only")
        parser.add_argument("--publish-as", metavar="USER", help="publish the result in their name")
        parser.add_argument("--approved-by", metavar="USER", help="the second person, another one")

    def handle(self, *args: Any, **options: Any) -> None:
        author, approver = self._people(options["publish_as"], options["approved_by"])
        content = self._content(options["file"])
        try:
            if options["dry_run"]:
                self._tell(self._sound(imports.look(content)))
                self.stdout.write(_("Nothing was written: this was a dry run."))
                return
            with transaction.atomic():  # published with what was taken over, or neither
                by = author or User(username=MADE_BY, role=Role.ADMIN)
                plan = imports.take_over(content=content, at=timezone.now(), by=by)
                edition = self._publish(author, approver) if author and approver else None
        except Refused as why:
            raise CommandError(f"{options['file']}: {why}") from None
        except CannotTakeOver as found:
            self._sound(found.plan)
        except IntegrityError:
            raise CommandError(
                _("A colleague wrote at the same moment. Nothing was written; try again.")
            ) from None
        self._tell(plan)
        if edition:
            self.stdout.write(_("Edition %(number)d is published.") % {"number": edition.number})

    def _content(self, file: Path) -> bytes:
        try:
            if file.stat().st_size > books.LIMITS.size:
                raise CommandError(
                    _("%(file)s is larger than %(most)d MB.")
                    % {"file": file, "most": books.LIMITS.size // 2**20}
                )
            return file.read_bytes()
        except OSError as trouble:
            raise CommandError(
                _("%(file)s cannot be read: %(why)s") % {"file": file, "why": trouble.strerror}
            ) from None

    def _people(self, author: str | None, approver: str | None) -> tuple[User | None, User | None]:
        """Two different owners, or nobody: what one writes the other has read."""
        if not author and not approver:
            return None, None
        if not author or not approver:
            raise CommandError(_("--publish-as and --approved-by belong together."))
        people = (
            self._keeper("--publish-as", author, KEEPERS),
            self._keeper("--approved-by", approver, (Role.OWNER,)),
        )
        if people[0] == people[1]:
            raise CommandError(_("The approver is another person than the author."))
        return people

    def _keeper(self, option: str, username: str, roles: tuple[Role, ...]) -> User:
        known = User.objects.select_related("branch").filter(is_active=True, role__in=roles)
        person = known.filter(username=username).first()
        if person is None:
            raise CommandError(
                _("%(option)s: nobody who keeps the matrix is called “%(name)s”.")
                % {"option": option, "name": username}
            )
        return person

    def _publish(self, author: User, approver: User) -> Edition | None:
        at = timezone.now()
        newest = Edition.objects.only("digest").order_by("-number").first()
        draft = services.compile_draft(at=at)
        if newest and newest.digest == snapshots.digest(draft.snapshot):
            self.stdout.write(_("Nothing has changed, so nothing was published."))
            return None
        try:
            return services.publish_edition(approver=approver, at=at, by=author)
        except services.CannotPublish as found:
            sentences = [words.problem_words(p, draft.snapshot) for p in found.problems]
            lead = _("This cannot be published, so nothing was written:")
            raise CommandError("\n".join([lead, *sentences])) from None

    def _sound(self, plan: Plan) -> Plan:
        if plan.troubles:
            lead = _("Nothing was written. Mend these cells first:")
            raise CommandError("\n".join([lead, *map(str, plan.troubles)]))
        return plan

    def _tell(self, plan: Plan) -> None:
        groups = book_changes.groups(plan, shown=plan.count)
        for line in (*book_changes.told(groups), *plan.notes):
            self.stdout.write(line)
        sums = ", ".join(f"{group.count} {group.title}" for group in groups)
        self.stdout.write(sums if plan.count else _("No differences."))
