"""manage.py verify_release PATH [--against FILE]: does it hold exactly what was published?

It asks no database: whoever has the file can run it anywhere.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from gold.exports.manifest import is_folder, verify_folder
from gold.verifying import Verified, verify_lines
from gold.verifying_against import OtherFile, check_against


class Command(BaseCommand):
    help = "Recompute every hash of an exported release. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a JSON Lines file, or an exported folder")
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="another copy of the release, to name the fields that were changed, or the "
            "release before it, to hold against it what it states as changed",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            told = verify_folder_at(path) if is_folder(path) else self.lines(path, options)
        except FileNotFoundError as problem:
            raise CommandError(f"There is no file {problem.filename}.") from None
        except (DomainError, OSError, KeyError, ValueError) as problem:
            sentence = problem.message if isinstance(problem, DomainError) else str(problem)
            raise CommandError(f"{path} is not the release it claims: {sentence}") from None
        facts, words = told
        self.stdout.write(json.dumps(facts) if options["format"] == "json" else "\n".join(words))

    def lines(self, path: Path, options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        other = OtherFile(options["against"]) if options["against"] else None
        with path.open("rb") as file:
            verified = verify_lines(file, other)
        if other:
            check_against(verified, path, other)
        return facts_of(verified), words_of(verified)


def facts_of(verified: Verified) -> dict[str, Any]:
    return {
        "release": verified.release,
        "items": verified.n_items,
        "part": verified.part,
        "manifest_hash": verified.manifest_hash,
        "erased": verified.n_erased,
    }


def words_of(verified: Verified) -> list[str]:
    of_part = f" of {verified.part}" if verified.part else ""
    words = [
        f"Release {verified.release}: {verified.n_items} items{of_part}, every hash matches "
        f"({verified.manifest_hash})."
    ]
    if verified.part:
        words.append("It is a part: that no item of the release is missing it cannot prove.")
    if verified.n_erased:
        words.append(f"Of {verified.n_erased} only the hash is left: they were erased on request.")
    return words


def verify_folder_at(path: Path) -> tuple[dict[str, Any], list[str]]:
    found = verify_folder(path)
    words = (
        f"Release {found.release} as {found.format}: {found.n_items} items in {found.n_files} "
        f"files, each the one that was exported ({found.manifest_hash})."
    )
    facts = asdict(found)
    return {**facts, "items": facts.pop("n_items"), "files": facts.pop("n_files")}, [words]
