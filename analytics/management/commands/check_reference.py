"""manage.py check_reference DIR: the numbers of the literature, computed by this installation."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.reference.evaluate import Outcome, outcomes


class Command(BaseCommand):
    help = "Evaluate every case of a folder and print each computed value beside the expected one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--format", choices=["json", "text"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"'{folder}' is no folder. Name the folder that holds the cases.")
        found = list(outcomes(folder))
        if not found:
            raise CommandError(f"Folder '{folder}' holds no case: a case is a file *.json.")
        if options["format"] == "json":
            lines = (json.dumps(outcome.as_dict(), ensure_ascii=False) for outcome in found)
            self.stdout.write("[\n" + ",\n".join(lines) + "\n]")
        else:
            for outcome in found:
                self.stdout.write(line_of(outcome))
        failed = sum(not outcome.ok for outcome in found)
        if failed:
            raise CommandError(f"{failed} of {len(found)} values are not as expected.")


def line_of(outcome: Outcome) -> str:
    """One line: what was asked, what came out, what should."""
    options = ", ".join(f"{name}={value}" for name, value in outcome.params.items())
    told = outcome.reason or f"computed {outcome.computed}, expected {outcome.expected}"
    sign = "ok  " if outcome.ok else "DIFF"
    return f"{sign} {outcome.file} {outcome.statistic}({options}): {told}"
