"""manage.py check_run RUN: pass, fail or not known, for a build."""

import json
import sys
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.phrases import consecutive
from gold.models import Run
from gold.runs.gate import STATES
from gold.runs.outcomes import PEOPLE, RULE, predecessor_of
from gold.runs.shown import Report, report_of

LAST, NONE = "last", "none"


class Command(BaseCommand):
    help = (
        "Hold a run against an earlier one and against a share to reach. Ends with 0 for pass, 1 "
        "for fail, 2 for not known."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=UUID, metavar="RUN")
        parser.add_argument(
            "--against", default=LAST, metavar="RUN", help="A run, 'last' (the default) or 'none'."
        )
        parser.add_argument(
            "--margin", type=float, default=0.02, help="Loss of the share that is let pass: 0.02."
        )
        parser.add_argument("--at-least", type=float, help="Share that must be reached, 0 to 1.")
        parser.add_argument(
            "--judged", choices=[PEOPLE, RULE], default="",
            help="By people alone or by the rule alone; default: people, and else the rule.",
        )  # fmt: skip
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("margin", "at_least"):
            if options[name] is not None and not 0 <= options[name] <= 1:
                raise CommandError(f"--{name.replace('_', '-')} is a share between 0 and 1.")
        run = self.found(options["run"])
        report = report_of(
            run,
            self.earlier(run, options["against"]),
            margin=options["margin"],
            at_least=options["at_least"],
            by=options["judged"],
        )
        if options["format"] == "json":
            self.stdout.write(json.dumps(report.as_data(), ensure_ascii=False, indent=1))
        else:
            self.tell(report)
        if code := STATES[report.gate.state]:
            sys.exit(code)

    def found(self, uid: UUID) -> Run:
        run = Run.objects.select_related("release__dataset").filter(uid=uid).first()
        if run is None:
            raise CommandError(f"There is no run {uid}.")
        return run

    def earlier(self, run: Run, named: str) -> Run | None:
        if named in (LAST, NONE):
            return predecessor_of(run) if named == LAST else None
        try:
            other = self.found(UUID(named))
        except ValueError:
            raise CommandError(f"'{named}' names no run. Give its uid, 'last' or 'none'.") from None
        if other.release.dataset_id != run.release.dataset_id:
            raise CommandError("The two runs are on different gold datasets.")
        return other

    def tell(self, report: Report) -> None:
        self.stdout.write(f"{report.state_words} {report.gate_words}")
        self.stdout.write(consecutive([report.finding, *report.beneath]))
        if report.people_words:
            self.stdout.write(report.people_words)
        for one in report.slices:
            moved = f", {one.moved} points" if one.moved else ""
            value = "–" if one.share.value is None else f"{one.share.value:.1%}"
            self.stdout.write(f"  {one.by} {one.words}: {value} of {one.share.n}{moved}")
