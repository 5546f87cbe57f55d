"""manage.py export_gold DATASET [--release N] --to FORMAT --out PATH [--split S] [--tier T]."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from core.errors import DomainError
from gold.exports import FORMATS, Format, Source, Tally, format_named, release_named, source_of
from gold.exports.folders import unfolded
from gold.models import GoldDataset, Tier


class Command(BaseCommand):
    help = "Write a release of a gold dataset to a file or a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument("--release", type=int, metavar="N", help="default: the newest")
        parser.add_argument("--to", choices=list(FORMATS), default="jsonl")
        parser.add_argument(
            "--out",
            type=Path,
            required=True,
            help="for a format of several files: a name that ends in .zip, or a new folder",
        )
        parser.add_argument("--split", default="", metavar="S", help="only items of this split")
        parser.add_argument("--tier", choices=Tier.values, default="", help="default: both")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        out: Path = options["out"]
        tally = Tally()
        try:
            form = format_named(options["to"], tier=options["tier"])
            release = release_named(dataset, options["release"])
            source = source_of(release, split=options["split"], tier=options["tier"])
            write(form, source, tally, out)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        done = {
            "release": release.number,
            "items": tally.items,
            "left_out": dict(tally.left_out),
            "pairs": tally.pairs,
            "manifest_hash": release.manifest_hash,
            "out": str(out),
        }
        if options["format"] == "json":
            self.stdout.write(json.dumps(done))
            return
        self.stdout.write(f"Wrote {tally.items} items of release {release.number} to {out}.")
        for words in tally.left_out_words():
            self.stdout.write(f"Left out: {words}.")


def write(form: Format, source: Source, tally: Tally, out: Path) -> None:
    if form.folder and out.suffix != ".zip":
        if out.exists() and (out.is_file() or any(out.iterdir())):
            raise CommandError(f"{out} is not an empty folder. Name a new one, or a .zip.")
        unfolded(form.members(source, tally), out)
        return
    with out.open("wb") as file:
        file.writelines(form.write(source, tally))
