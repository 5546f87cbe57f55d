"""manage.py verify_release PATH: does an exported file hold exactly what was published?"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from gold.exports import verify_lines


class Command(BaseCommand):
    help = "Recompute every hash of an exported release."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["path"].open("rb") as file:
                verified = verify_lines(file)
        except (DomainError, OSError, KeyError, ValueError) as problem:
            sentence = problem.message if isinstance(problem, DomainError) else str(problem)
            raise CommandError(
                f"{options['path']} is not the release it claims: {sentence}"
            ) from None
        if options["format"] == "json":
            done = {
                "release": verified.release,
                "items": verified.n_items,
                "manifest_hash": verified.manifest_hash,
                "erased": verified.n_erased,
            }
            self.stdout.write(json.dumps(done))
        else:
            self.stdout.write(
                f"Release {verified.release}: {verified.n_items} items, every hash matches "
                f"({verified.manifest_hash})."
            )
            if verified.n_erased:
                self.stdout.write(
                    f"Of {verified.n_erased} only the hash is left: they were erased on request."
                )
