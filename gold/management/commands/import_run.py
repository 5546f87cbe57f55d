"""manage.py import_run DATASET FILE --variant V: what a variant answered to a release."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.lookup import find
from core.errors import DomainError
from gold.exports import release_named
from gold.models import GoldDataset
from gold.runs.judging import HOWS, KINDS, rule_from
from gold.runs.reading import read
from gold.runs.storing import Taken, store_run


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
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        names = {"kind": "passes", "criterion": "criterion", "at_least": "at_least", "how": "how"}
        try:
            with options["file"].open("rb") as file:
                taken = store_run(
                    actor=None,
                    release=release_named(dataset, options["release"]),
                    variant=options["variant"][:120],
                    rule=rule_from({key: options[name] for key, name in names.items()}),
                    lines=read(file),
                    now=timezone.now(),
                    note=options["note"],
                )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        except OSError as problem:
            raise CommandError(str(problem)) from None
        self.tell(taken, options["format"])

    def tell(self, taken: Taken, form: str) -> None:
        run = taken.run
        if run is None:
            return
        if form == "json":
            done = {
                "run": str(run.uid),
                "release": run.release.number,
                "outputs": run.n_outputs,
                "judged": run.n_judged,
                "passed": run.n_passed,
                "missing": taken.missing,
                "unknown": taken.unknown,
                "repeated": taken.repeated,
            }
            self.stdout.write(json.dumps(done))
            return
        self.stdout.write(
            f"Run {run.uid}: {run.n_outputs} outputs of {run.variant} on release "
            f"{run.release.number}, {run.n_passed} of {run.n_judged} judged ones pass."
        )
        if taken.missing:
            self.stdout.write(f"Items without an output: {taken.missing}.")
        if taken.unknown:
            first = ", ".join(taken.first_unknown)
            self.stdout.write(f"Outputs that name no input here: {taken.unknown} ({first}).")
        if taken.repeated:
            self.stdout.write(f"Second outputs to one input, left out: {taken.repeated}.")
