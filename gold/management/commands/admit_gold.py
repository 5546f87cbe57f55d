"""manage.py admit_gold DATASET: what the rules let in becomes gold."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.lookup import actor_named, find
from core.errors import DomainError
from gold.admission.gate import BATCH
from gold.admission.tally import tally_of, told
from gold.models import Candidate, GoldDataset, Tier
from gold.services.admitting import Admitted, admit


class Command(BaseCommand):
    help = "Admit candidates to gold: those named, or all that passed when they were checked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument(
            "--candidate", action="append", type=UUID, metavar="UID", help="this one; repeat it"
        )
        parser.add_argument(
            "--contested",
            action="store_true",
            help="admit to the contested tier, with all answers, where people differ",
        )
        parser.add_argument("--most", type=int, metavar="N", help="the oldest N at most")
        parser.add_argument(
            "--against", default="", metavar="REASON", help="also what fails a rule, for a reason"
        )
        parser.add_argument("--dry-run", action="store_true", help="say so, and keep nothing")
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        if options["against"] and not options["candidate"]:
            raise CommandError("--against is for candidates that are named with --candidate.")
        try:
            admitted = self.admitted(dataset, options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        found = {
            "admitted": len(admitted.made),
            "refused": tally_of(one.candidate for one in admitted.refused),
        }
        if options["format"] == "json":
            self.stdout.write(json.dumps(found))
            return
        verb = "Would admit" if options["dry_run"] else "Admitted"
        self.stdout.write(f"{verb} {found['admitted']} items to {options['dataset']}.")
        if admitted.refused:
            self.stdout.write(f"{len(admitted.refused)} were kept out.")
            for line in told(tally_of(one.candidate for one in admitted.refused)):
                self.stdout.write(line)

    def admitted(self, dataset: GoldDataset, options: dict[str, Any]) -> Admitted:
        """In steps, so that other work is not held up by the lock on the dataset."""
        uids = options["candidate"] or chosen(dataset, options)
        whole = Admitted()
        if not uids:
            return whole
        actor = actor_named(options["actor"])
        for start in range(0, len(uids), BATCH):
            with transaction.atomic():
                step = admit(
                    actor=actor,
                    dataset=dataset,
                    uids=uids[start : start + BATCH],
                    now=timezone.now(),
                    tier=Tier.CONTESTED if options["contested"] else Tier.GOLD,
                    against=options["against"],
                )
                transaction.set_rollback(options["dry_run"])
            whole.made += step.made
            whole.refused += step.refused
        return whole


def chosen(dataset: GoldDataset, options: dict[str, Any]) -> list[UUID]:
    outcome = Candidate.Outcome.CONTESTED if options["contested"] else Candidate.Outcome.PASSES
    waiting = dataset.candidates.filter(state=Candidate.State.WAITING, outcome=outcome)
    return list(waiting.order_by("pk").values_list("uid", flat=True)[: options["most"]])
