"""`write_export`: one long export, in the process that the page began for it."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from crossbank.review import export_process

_LAST = 19  # everybody else's work comes first


class Command(BaseCommand):
    help = "Writes one export that somebody asked for on the page; the page starts it by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("export", type=int, help="its row id")

    def handle(self, *args: Any, **options: Any) -> None:
        if hasattr(os, "nice"):
            os.nice(_LAST)
        export_process.write(options["export"])
