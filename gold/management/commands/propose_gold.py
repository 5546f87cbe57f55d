"""manage.py propose_gold DATASET: settled items become candidates, and each rule is asked."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.lookup import actor_named, find
from accounts.models import User
from annotation.models import Study
from core.errors import DomainError
from gold.admission.gate import BATCH, in_batches
from gold.admission.rules import read_rules
from gold.admission.tally import tally_of, told
from gold.models import Candidate, GoldDataset, Source
from gold.services.candidates import create_dataset, proposable, propose_items
from gold.services.checking import check_candidates


class Command(BaseCommand):
    help = "Propose settled items for gold, and say what the rules of admission let them become."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument("--study", metavar="TEAM/SLUG", help="only items of this study")
        parser.add_argument(
            "--disputed", action="store_true", help="items on which people differ, instead"
        )
        parser.add_argument("--source", choices=Source.values, default="", help="what brought them")
        parser.add_argument(
            "--create", metavar="NAME", help="make the dataset in the study's project if need be"
        )
        parser.add_argument("--rules", metavar="JSON", help="rules of a dataset that is made")
        parser.add_argument("--dry-run", action="store_true", help="say so, and keep nothing")
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = actor_named(options["actor"])
        study = (
            find(Study, options["study"], team="project__team__slug") if options["study"] else None
        )
        try:
            with transaction.atomic():
                dataset = self.dataset(actor, study, options)
                made = propose(actor, dataset, study, options)
                found = {"proposed": len(made), **tally_of(made)}
                transaction.set_rollback(options["dry_run"])
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(found))
            return
        verb = "Would propose" if options["dry_run"] else "Proposed"
        self.stdout.write(f"{verb} {found['proposed']} items for {options['dataset']}.")
        for line in told(found):
            self.stdout.write(line)

    def dataset(
        self, actor: User | None, study: Study | None, options: dict[str, Any]
    ) -> GoldDataset:
        team, _slash, slug = options["dataset"].rpartition("/")
        known = GoldDataset.objects.filter(project__team__slug=team, slug=slug)
        if not options["create"] or known.exists():
            return find(GoldDataset, options["dataset"], team="project__team__slug")
        if study is None or study.project.team.slug != team:
            raise CommandError("--create needs --study, of the same team: its project gets it.")
        return create_dataset(
            actor=actor,
            project=study.project,
            name=options["create"],
            slug=slug,
            rules=read_rules(given_rules(options["rules"])),
        )


def given_rules(text: str | None) -> Any:
    try:
        return json.loads(text or "{}")
    except ValueError as problem:
        raise CommandError(f"--rules is no JSON: {problem}.") from None


def propose(
    actor: User | None, dataset: GoldDataset, study: Study | None, options: dict[str, Any]
) -> list[Candidate]:
    """Checked here, however many they are: whoever runs a command waits for what it says."""
    now = timezone.now()
    made = propose_items(
        actor=actor,
        dataset=dataset,
        items=proposable(dataset, study, disputed=options["disputed"]),
        now=now,
        source=options["source"],
    )
    keys = [one.pk for one in made]
    unchecked = dataset.candidates.filter(checked_at=None)
    for batch in in_batches(keys):
        few = unchecked.filter(pk__in=batch).values_list("pk", flat=True)
        check_candidates(dataset, few, now)
    return [
        one for n in range(0, len(keys), BATCH) for one in checked(dataset, keys[n : n + BATCH])
    ]


def checked(dataset: GoldDataset, keys: list[int]) -> list[Candidate]:
    return list(dataset.candidates.filter(pk__in=keys).only("outcome", "failed"))
