"""manage.py bench [NAME ...]: the product's own figures beside the floor's and the peers'."""

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = (
        "Measure the product in throw-away databases, beside the floor or the peers. With "
        "DATABASE_URL the databases are made on that server; nobody's data is touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="All of them if left out.")
        parser.add_argument("--size", type=int, help="Of the work; each bench has its own default.")
        parser.add_argument("--runs", type=int, default=3, help="The median of so many is told.")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *, names: list[str], **options: Any) -> None:
        # The benches stand above everything else; only this command, as their door, knows them.
        from bench.benches import BENCHES, BenchFailedError, figures_of
        from bench.figures import line
        from bench.places import NoPlaceError

        if unknown := sorted(set(names) - set(BENCHES)):
            raise CommandError(
                f"There is no bench '{unknown[0]}'. The benches are: {', '.join(BENCHES)}."
            )
        told = []
        for name in names or BENCHES:
            try:
                for figure in figures_of(
                    name,
                    database_url=os.environ.get("DATABASE_URL", ""),
                    size=options["size"],
                    runs=options["runs"],
                ):
                    told.append({"bench": name, **figure})
                    if options["format"] == "text":
                        self.stdout.write(f"{name:10} {line(figure)}")
            except (BenchFailedError, NoPlaceError) as problem:
                raise CommandError(str(problem)) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
