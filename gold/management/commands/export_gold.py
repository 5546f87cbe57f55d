"""manage.py export_gold DATASET --to FORMAT --out PATH, and which part of which release."""

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
        parser.add_argument(
            "--answers",
            default="",
            metavar="CRITERION=POINT",
            help="expect an answer that was judged only where its label is this or better",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        out: Path = options["out"]
        tally = Tally()
        try:
            form = format_named(options["to"], tier=options["tier"], bar=options["answers"])
            release = release_named(dataset, options["release"])
            part = {"split": options["split"], "tier": options["tier"]}
            source = source_of(release, **part, bar=options["answers"])
            write(form, source, tally, out)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        done = {
            "release": release.number,
            "items": tally.items,
            "left_out": dict(tally.left_out),
            "expected": dict(tally.expected),
            "pairs": tally.pairs,
            "manifest_hash": release.manifest_hash,
            "out": str(out),
        }
        if options["format"] == "json":
            self.stdout.write(json.dumps(done))
            return
        self.stdout.write(f"Wrote {tally.items} items of release {release.number} to {out}.")
        if expected := tally.expected_words():
            self.stdout.write(f"Answers that are expected: {expected}.")
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
