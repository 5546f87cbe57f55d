"""manage.py recount_feedback --project P: prove current feedback and its sums from the events."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from accounts.models import Project
from surveys.models import FeedbackEvent
from surveys.services.recounting import recount


class Command(BaseCommand):
    help = (
        "Compare the current feedback of a project, and the sums that reports read, with its "
        "events; mend what differs, or with --dry-run only tell it. Ends with code 1 if anything "
        "differed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="TEAM/SLUG")
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        project = find(Project, options["project"])
        found = recount(project.pk, mend=not options["dry_run"])
        waiting = FeedbackEvent.objects.filter(project=project, respondent=None).count()
        if options["format"] == "json":
            self.stdout.write(
                json.dumps(asdict(found) | {"waiting": waiting}, ensure_ascii=False, indent=1)
            )
        else:
            for sentence in found.told:
                self.stdout.write(sentence)
            self.stdout.write(
                f"{found.events} events, {found.feedback} times current feedback: "
                f"{found.wrong_feedback} differ, with {found.wrong_cells} sums and "
                f"{found.wrong_days} days of surveys. {waiting} events wait to be folded."
            )
        if not found.is_right:
            raise CommandError(
                "What was stored differs from the events."
                if options["dry_run"]
                else "What was stored differed from the events, and was mended."
            )
