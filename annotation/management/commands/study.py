"""manage.py study show|open|pause|close --study S: how far a study is, or its next state."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.lookup import actor_named, find
from annotation.left_to_rate import left_to_rate
from annotation.models import Study
from annotation.services.studies import close_study, open_study, pause_study
from annotation.study_progress import progress_of
from core.errors import DomainError


class Command(BaseCommand):
    help = "Show how far a study is, or open, pause or close it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["show", "open", "pause", "close"])
        parser.add_argument("--study", required=True, metavar="TEAM/SLUG")
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        study = find(Study, options["study"], team="project__team__slug")
        actor, now = actor_named(options["actor"]), timezone.now()
        try:
            match options["act"]:
                case "open":
                    open_study(actor=actor, study=study, now=now)
                case "pause":
                    pause_study(actor=actor, study=study)
                case "close":
                    close_study(actor=actor, study=study, now=now)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        shown = shown_of(study)
        if options["format"] == "json":
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        self.stdout.write(
            f"{study} is {study.get_state_display()}: {shown['submitted']} of {shown['asked']} "
            f"ratings are in, {shown['settled']} of {shown['items']} items settled, "
            f"{shown['disputed']} wait for a decision."
        )
        for lane, items in shown["stuck"].items():
            self.stdout.write(f"{lane or 'All lanes'}: {items} items wait for nobody.")


def shown_of(study: Study) -> dict[str, Any]:
    """What a script needs to decide what comes next; `stuck` holds items by lane."""
    progress = progress_of(study)
    is_under_way = study.state in {Study.State.OPEN, Study.State.PAUSED} and not study.imported
    left = left_to_rate(study, timezone.now()) if is_under_way and study.has_slots else None
    return {
        "study": str(study.uid),
        "state": study.state,
        "items": progress.items,
        "asked": progress.slots,
        "submitted": progress.submitted,
        "settled": progress.settled,
        "disputed": progress.disputed,
        "stuck": {line.lane.name: line.stuck for line in left.stuck} if left else {},
    }
