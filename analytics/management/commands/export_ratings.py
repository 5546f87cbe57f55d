"""manage.py export_ratings --study S --to csv|jsonl --out PATH: every rating with its scores."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from analytics.exports import WRITERS
from annotation.models import Study


class Command(BaseCommand):
    help = "Write the ratings of a study, one line or row a rating with its scores."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--study", required=True, metavar="TEAM/SLUG")
        parser.add_argument("--to", choices=sorted(WRITERS), default="jsonl")
        parser.add_argument("--out", required=True, type=Path, metavar="PATH")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        study = find(Study, options["study"], team="project__team__slug")
        out = Path(options["out"])
        unfinished = out.with_name(f"{out.name}.part")
        try:
            with unfinished.open("wb") as file:
                size = sum(file.write(piece) for piece in WRITERS[options["to"]](study, None))
            unfinished.replace(out)
        except OSError as problem:
            raise CommandError(f"'{out}' cannot be written: {problem.strerror}.") from None
        if options["format"] == "json":
            self.stdout.write(json.dumps({"path": str(out), "bytes": size}))
        else:
            self.stdout.write(f"Wrote the ratings of {study} to {out}, {size} bytes.")
