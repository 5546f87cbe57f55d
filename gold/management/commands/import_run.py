"""manage.py import_run DATASET FILE --variant V: what a variant answered to a release."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.lookup import find
from conversations.importers import LineError, Source
from core.errors import DomainError
from gold.exports import release_named
from gold.models import GoldDataset, Release
from gold.runs.judging import HOWS, KINDS, rule_from
from gold.runs.reading import read
from gold.runs.storing import Taken, looked_through, store_run

TOLD = 20
"""Refused lines that are told one by one."""
LINES_REFUSED = 2
"""How the command ends where it did its work and refused lines."""


class Command(BaseCommand):
    help = "Bring the outputs of a variant to a release of a gold dataset."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument("file", type=Path, help="JSON Lines, JSON or CSV.")
        parser.add_argument("--variant", required=True, help="Which prompt or model answered.")
        parser.add_argument("--release", type=int, metavar="N", help="default: the newest")
        parser.add_argument("--passes", choices=KINDS, default="given", help="What passes.")
        parser.add_argument("--criterion", default="", help="For score and agrees.")
        parser.add_argument("--at-least", type=float, help="For score.")
        parser.add_argument("--how", choices=HOWS, default="alike", help="For matches.")
        parser.add_argument("--note", default="")
        parser.add_argument("--dry-run", action="store_true", help="Look through, keep nothing.")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        names = {"kind": "passes", "criterion": "criterion", "at_least": "at_least", "how": "how"}
        refused: list[LineError] = []

        def refuse(error: LineError) -> None:
            if len(refused) < TOLD:
                refused.append(error)

        try:
            release = release_named(dataset, options["release"])
            rule = rule_from({key: options[name] for key, name in names.items()})
            lines = read(Source(options["file"]))
            if options["dry_run"]:
                taken, _first = looked_through(release, rule, lines, refuse=refuse)
            else:
                taken = store_run(
                    actor=None,
                    release=release,
                    variant=options["variant"][:120],
                    rule=rule,
                    lines=lines,
                    now=timezone.now(),
                    note=options["note"],
                    refuse=refuse,
                )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        except OSError as problem:
            raise CommandError(str(problem)) from None
        self.tell(taken, release, options)
        for error in refused:
            self.stderr.write(f"line {error.line}: {error.reason}")
        if taken.refused:
            sys.exit(LINES_REFUSED)

    def tell(self, taken: Taken, release: Release, options: dict[str, Any]) -> None:
        run = taken.run
        if options["format"] == "json":
            named = {"run": str(run.uid) if run else None, "release": release.number}
            self.stdout.write(json.dumps({**named, **taken.as_data()}))
            return
        begins = f"Run {run.uid}" if run else "Nothing was kept"
        self.stdout.write(
            f"{begins}: {taken.outputs} outputs of {options['variant']} on release "
            f"{release.number}, {taken.passed} of {taken.judged} judged ones pass."
        )
        if taken.missing:
            self.stdout.write(f"Items without an output: {taken.missing}.")
        if taken.unknown:
            first = ", ".join(taken.first_unknown)
            self.stdout.write(f"Outputs that name no input here: {taken.unknown} ({first}).")
        if taken.repeated:
            self.stdout.write(f"Second outputs to one input, left out: {taken.repeated}.")
        if taken.refused:
            self.stdout.write(f"Lines refused: {taken.refused}.")
