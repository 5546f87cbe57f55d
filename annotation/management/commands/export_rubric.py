"""manage.py export_rubric RUBRIC [--number N] [--out PATH]: a version as JSON in the one shape."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from annotation.models import Rubric, RubricVersion
from annotation.rubric_files import written
from annotation.services.rubrics import last_published, rubric_data


class Command(BaseCommand):
    help = "Write a version of a rubric as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rubric", metavar="TEAM/SLUG")
        parser.add_argument("--number", type=int, metavar="N", help="default: newest published")
        parser.add_argument("--out", type=Path, help="default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        rubric = find(Rubric, options["rubric"], team="project__team__slug")
        content = written(rubric_data(version_of(rubric, options["number"])))
        if options["out"]:
            options["out"].write_bytes(content)
        else:
            self.stdout.write(content.decode(), ending="")


def version_of(rubric: Rubric, number: int | None) -> RubricVersion:
    if number is None:
        version = last_published(rubric)
    else:
        version = rubric.versions.filter(number=number).first()
    if version is None:
        wanted = f"version {number}" if number else "published version"
        raise CommandError(f"“{rubric}” has no {wanted}. Name one with --number.")
    return version
