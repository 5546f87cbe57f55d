"""manage.py import_conversations FILE --project P: conversations of a file, folder or archive."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.lookup import actor_named, find
from accounts.models import Project
from conversations.direct import Outcome, dry_run, import_file
from conversations.importers import IMPORTERS
from conversations.importers.base import place_of
from conversations.progress import ProgressBar
from conversations.refusals import as_json_lines
from core.errors import DomainError

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import conversations from a file, a folder, gzip or zip. What is here already is left "
        "alone: an interrupted import goes on when the command is given again."
    )
    requires_system_checks = ()  # as `serve` has it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--project", required=True, metavar="TEAM/SLUG")
        parser.add_argument(
            "--source", default="", choices=sorted(IMPORTERS), help="Found out if left out."
        )
        parser.add_argument(
            "--map",
            dest="mapping",
            action="append",
            default=[],
            metavar="FIELD=PATH",
            help="Where a field stands, as in input=question, or role.WORD=user. Repeatable.",
        )
        parser.add_argument("--encoding", default="utf-8", help="As in cp932, euc-jp, utf-16.")
        parser.add_argument(
            "--all-or-nothing",
            action="store_true",
            help="Check the whole file first and take nothing if a line is refused.",
        )
        parser.add_argument(
            "--continue",
            dest="grow",
            action="store_true",
            help="A known id with more turns at the end becomes a conversation that continues it.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Check, and store nothing.")
        parser.add_argument(
            "--refused", type=Path, metavar="PATH", help="Write refused lines there, with reasons."
        )
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        project = find(Project, options["project"])
        actor = actor_named(options["actor"])
        path: Path = options["file"]
        if not path.exists():
            raise CommandError(f"There is no file or folder '{path}'.")
        wanted = {
            "path": path,
            "source": options["source"],
            "mapping": mapping_of(options["mapping"]),
            "encoding": options["encoding"],
            "grow": options["grow"],
        }
        bar = ProgressBar(sys.stderr)
        try:
            if options["dry_run"]:
                outcome = dry_run(project=project, tell=bar, **wanted)
            else:
                outcome = import_file(
                    actor=actor,
                    project=project,
                    now=timezone.now(),
                    all_or_nothing=options["all_or_nothing"],
                    tell=bar,
                    **wanted,
                )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        finally:
            bar.close()
        if options["refused"] and outcome.n_refused:
            write_refused(outcome, options["refused"])
        self.report(outcome, options)
        if outcome.n_refused and not options["dry_run"]:
            sys.exit(2 if outcome.n_new + outcome.n_unchanged else 1)

    def report(self, outcome: Outcome, options: dict[str, Any]) -> None:
        if options["format"] == "json":
            self.stdout.write(json.dumps(outcome.as_json(SHOWN), ensure_ascii=False))
            return
        for line in outcome.lines(SHOWN):
            word = "Noted" if line.notice else "Refused"
            self.stderr.write(f"{word}: {place_of(line.file, line.line)}: {line.reason}")
        left = outcome.n_refused - SHOWN
        if left > 0 and not options["refused"]:
            self.stderr.write(f"{left:,} more; --refused PATH writes them all into a file.")
        verb = "would come in" if options["dry_run"] else "came in"
        self.stdout.write(
            f"{outcome.n_new:,} new {verb}, {outcome.n_unchanged:,} already here, unchanged, "
            f"{outcome.n_refused:,} refused."
        )


def mapping_of(words: list[str]) -> dict[str, str]:
    mapping = {}
    for word in words:
        field, equals, path = word.partition("=")
        if not equals or not field or not path:
            raise CommandError(f"--map '{word}' is not FIELD=PATH, as in --map input=question.")
        mapping[field] = path
    return mapping


def write_refused(outcome: Outcome, path: Path) -> None:
    with path.open("wb") as file:
        for line in as_json_lines(outcome.lines()):
            file.write(line)
