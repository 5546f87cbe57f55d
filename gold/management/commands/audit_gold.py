"""manage.py audit_gold draw|finish|show: a sample of gold rated once more, blind."""

import json
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.lookup import actor_named, find
from accounts.models import User
from annotation.models import Rater
from annotation.services.raters import rater_for
from core.errors import DomainError
from gold.audits import in_words, measured, versions_of
from gold.models import GoldDataset, LabelAudit
from gold.services.audits import create_audit, finish_audit


class Command(BaseCommand):
    help = (
        "Draw a random sample of gold to be rated once more, blind; show or take the label error "
        "that was found. The newest audit of the dataset is meant."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["draw", "show", "finish"])
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument("--size", type=int, default=60, help="items to draw (60)")
        parser.add_argument("--seed", type=int, help="of the draw; default: a new one")
        parser.add_argument("--overlap", type=int, default=1, help="raters an item (1)")
        parser.add_argument(
            "--rater", action="append", metavar="EMAIL",
            help="who rates again; repeat it. Without, their ratings are imported.",
        )  # fmt: skip
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        try:
            audit = self.acted(dataset, options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        shown = shown_of(audit)
        if options["format"] == "json":
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
        elif options["act"] == "draw":
            self.stdout.write(
                f"Drew {shown['sampled']} of {shown['pool_size']} items with seed {audit.seed} "
                f"into the study {shown['study']}."
            )
        else:
            self.stdout.write(shown["words"])

    def acted(self, dataset: GoldDataset, options: dict[str, Any]) -> LabelAudit:
        actor = actor_named(options["actor"])
        if options["act"] == "draw":
            return drawn(actor, dataset, options)
        audit = dataset.audits.select_related("study").order_by("-pk").first()
        if audit is None:
            raise CommandError(f"{dataset} has no label audit. Draw one first.")
        if options["act"] == "finish":
            return finish_audit(actor=actor, audit=audit, now=timezone.now())
        return audit


def drawn(actor: User | None, dataset: GoldDataset, options: dict[str, Any]) -> LabelAudit:
    versions = versions_of(dataset)
    if not versions:
        raise CommandError(f"{dataset} holds no gold item yet, so there is nothing to audit.")
    return create_audit(
        actor=actor,
        dataset=dataset,
        version=versions[0],
        size=options["size"],
        seed=secrets.randbelow(10**6) if options["seed"] is None else options["seed"],
        overlap=options["overlap"],
        raters=raters_named(dataset, options["rater"]),
        now=timezone.now(),
    )


def raters_named(dataset: GoldDataset, emails: list[str] | None) -> list[Rater] | None:
    if not emails:
        return None
    members = dataset.project.team.memberships.select_related("user")
    found = {one.user.email: one.user for one in members.filter(user__email__in=emails)}
    if missing := [email for email in emails if email not in found]:
        raise CommandError(f"{missing[0]} is no member of the team {dataset.project.team}.")
    return [rater_for(found[email], dataset.project) for email in emails]


def shown_of(audit: LabelAudit) -> dict[str, Any]:
    result = audit.result or measured(audit)
    finished = audit.finished_at.isoformat() if audit.finished_at else ""
    return {
        "audit": str(audit.uid),
        "study": f"{audit.study.project.team.slug}/{audit.study.slug}",
        "seed": audit.seed,
        "sampled": len(audit.sample),
        "finished_at": finished,
        "words": in_words({**result, "finished_at": finished}),
        **result,
    }
