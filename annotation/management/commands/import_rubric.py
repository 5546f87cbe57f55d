"""manage.py import_rubric FILE --project P: a rubric's JSON becomes a draft, or a version."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.lookup import actor_named, find
from accounts.models import Project, User
from annotation.models import Rubric, RubricVersion
from annotation.rubric_files import read_rubric, sentences
from annotation.services import rubrics
from core.errors import DomainError, InvalidError


class Command(BaseCommand):
    help = "Make a rubric of a JSON file, or a new version of one that there is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        into = parser.add_mutually_exclusive_group(required=True)
        into.add_argument("--project", metavar="TEAM/SLUG", help="a new rubric of this project")
        into.add_argument("--rubric", metavar="UID", help="the draft of the next version of it")
        parser.add_argument("--publish", action="store_true", help="freeze it at once")
        parser.add_argument("--dry-run", action="store_true", help="only check the file")
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = read_rubric(options["file"].read_bytes(), options["file"].name)
            version = None if options["dry_run"] else stored(data, **options)
        except OSError as problem:
            raise CommandError(f"{options['file']} cannot be read: {problem.strerror}.") from None
        except InvalidError as refusal:
            raise CommandError("\n".join(sentences(refusal))) from None
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(summary(data, version), ensure_ascii=False))
        elif version is None:
            self.stdout.write(f"{options['file']} is a rubric of {len(data['criteria'])} criteria.")
        else:
            self.stdout.write(f"{version}, {version.state}: {version.uid}")


@transaction.atomic
def stored(
    data: dict[str, Any],
    *,
    project: str | None,
    rubric: str | None,
    publish: bool,
    actor: str | None,
    **_options: Any,
) -> RubricVersion:
    person: User | None = actor_named(actor)
    if rubric:
        found = find(Rubric, rubric, team="project__team__slug")
        draft = rubrics.start_draft(actor=person, rubric=found)
        version = rubrics.save_draft(actor=person, version=draft, data=data)
    else:
        into = find(Project, project or "")
        version = rubrics.create_rubric(actor=person, project=into, data=data)
    if publish:
        version = rubrics.publish_version(actor=person, version=version, now=timezone.now())
    return version


def summary(data: dict[str, Any], version: RubricVersion | None) -> dict[str, Any]:
    return {
        "criteria": len(data["criteria"]),
        "rubric": str(version.rubric.uid) if version else None,
        "version": str(version.uid) if version else None,
        "number": version.number if version else None,
        "state": version.state if version else None,
    }
