"""manage.py export_gold DATASET [--release N] --to FORMAT --out PATH."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from core.errors import DomainError
from gold.exports import FORMATS, WRITERS, release_named
from gold.models import GoldDataset


class Command(BaseCommand):
    help = "Write a release of a gold dataset to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument("--release", type=int, metavar="N", help="default: the newest")
        parser.add_argument("--to", choices=FORMATS, default="jsonl")
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        try:
            release = release_named(dataset, options["release"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        with options["out"].open("wb") as file:
            for line in WRITERS[options["to"]](release):
                file.write(line)
        done = {
            "release": release.number,
            "items": release.n_items,
            "manifest_hash": release.manifest_hash,
            "out": str(options["out"]),
        }
        if options["format"] == "json":
            self.stdout.write(json.dumps(done))
        else:
            self.stdout.write(
                f"Wrote {release.n_items} items of release {release.number} to {options['out']}."
            )
