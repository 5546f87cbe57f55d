"""manage.py export_inputs DATASET --out PATH: what a variant has to answer."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from core.errors import DomainError
from gold.exports import release_named
from gold.models import GoldDataset
from gold.runs.inputs import inputs_of


class Command(BaseCommand):
    help = "Write the inputs of a release for a run, one a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument("--release", type=int, metavar="N", help="default: the newest")
        parser.add_argument("--references", action="store_true", help="With what people settled.")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        try:
            release = release_named(dataset, options["release"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        count = 0
        with options["out"].open("wb") as file:
            for line in inputs_of(release, with_references=options["references"]):
                file.write(line)
                count += 1
        self.stdout.write(f"Wrote {count} inputs of release {release.number} to {options['out']}.")
