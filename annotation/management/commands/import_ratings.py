"""manage.py import_ratings FILE --study S: existing ratings, with rater names and kinds."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.lookup import actor_named, find
from accounts.models import Project
from annotation.models import Study
from annotation.rating_intake import Taken
from annotation.services.imported_ratings import create_imported_study, import_ratings
from conversations.importers import RATING_READERS, Source, guess_ratings
from conversations.importers.base import place_of
from conversations.progress import ProgressBar
from core.errors import DomainError

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import ratings that exist into a study. The same rating again changes nothing: an "
        "interrupted import goes on when the command is given again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        target = parser.add_mutually_exclusive_group(required=True)
        target.add_argument("--study", metavar="TEAM/SLUG")
        target.add_argument("--project", metavar="TEAM/SLUG", help="With --new-study.")
        parser.add_argument(
            "--new-study", default="", metavar="NAME", help="With the scale that the source brings."
        )
        parser.add_argument("--source", default="", choices=sorted(RATING_READERS))
        parser.add_argument(
            "--map", dest="mapping", action="append", default=[], metavar="FIELD=PATH"
        )
        parser.add_argument("--encoding", default="utf-8")
        parser.add_argument(
            "--revise", action="store_true", help="Store a rating that differs as a revision."
        )
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.exists():
            raise CommandError(f"There is no file or folder '{path}'.")
        source = Source(path, encoding=options["encoding"])
        bar = ProgressBar(sys.stderr)
        try:
            importer = options["source"] or guess_ratings(source)
            study = self.study(options, importer)
            taken = import_ratings(
                actor=actor_named(options["actor"]),
                study=study,
                source=source,
                importer=importer,
                mapping=mapping_of(options["mapping"]),
                revise=options["revise"],
                now=timezone.now(),
                checkpoint=lambda _taken, read: bar(read.bytes_read, read.bytes_total),
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        finally:
            bar.close()
        self.report(study, taken, options["format"])
        if taken.refused:
            sys.exit(2 if taken.new + taken.unchanged + taken.revised else 1)

    def study(self, options: dict[str, Any], importer: str) -> Study:
        if options["study"]:
            return find(Study, options["study"], team="project__team__slug")
        if not options["new_study"]:
            raise CommandError("--project needs --new-study NAME as well.")
        return create_imported_study(
            actor=actor_named(options["actor"]),
            project=find(Project, options["project"]),
            name=options["new_study"],
            source=importer,
            now=timezone.now(),
        )

    def report(self, study: Study, taken: Taken, form: str) -> None:
        if form == "json":
            data = {"study": str(study.uid), **taken.as_data(), "lines": taken.lines[:SHOWN]}
            self.stdout.write(json.dumps(data, ensure_ascii=False))
            return
        for line in taken.lines[:SHOWN]:
            self.stderr.write(f"Refused: {place_of(line['file'], line['line'])}: {line['reason']}")
        if taken.refused > SHOWN:
            self.stderr.write(f"{taken.refused - SHOWN:,} more.")
        self.stdout.write(
            f"{taken.new:,} new ratings ({taken.scores:,} scores) in {study}, "
            f"{taken.unchanged:,} already here, {taken.revised:,} revised, "
            f"{taken.refused:,} refused."
        )


def mapping_of(words: list[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for field, equals, path in pairs:
        if not (field and equals and path):
            raise CommandError(f"--map '{field}' is not FIELD=PATH, as in --map rater=worker_id.")
    return {field: path for field, _equals, path in pairs}
