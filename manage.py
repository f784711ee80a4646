#!/usr/bin/env python3
"""Crossbank's command line; `manage.py demo` makes a clone runnable."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossbank.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as missing:
        sys.exit(f"{missing}. Install Crossbank first: python3 -m pip install -e .")
    hint = ""
    if sys.argv[1:2] == ["demo"]:
        from crossbank.environment import DEMO_ELSEWHERE, write_demo_env

        write_demo_env()  # before settings load: they come from the file it writes
        hint = f"\n{DEMO_ELSEWHERE}"
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"Crossbank cannot start: {problem}{hint}")


if __name__ == "__main__":
    main()
