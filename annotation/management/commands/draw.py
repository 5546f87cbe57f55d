"""manage.py draw --study S --size N: a recorded random draw, repeatable from its seed."""

import json
import secrets
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.lookup import actor_named, find
from annotation.draw_ledger import ledger_lines
from annotation.models import Study
from annotation.pool import labels_of
from annotation.services.draws import draw_items, draw_summary
from conversations.models import Variant
from core.errors import DomainError

MOST_NAMED = 10


class Command(BaseCommand):
    help = "Draw conversations into a study and record how."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--study", required=True, metavar="TEAM/SLUG")
        parser.add_argument("--size", required=True, type=int)
        parser.add_argument("--strata", default="", metavar="FIELD")
        parser.add_argument("--seed", type=int)
        parser.add_argument("--where", default="", metavar="EXPR")
        parser.add_argument(
            "--variant",
            action="append",
            metavar="NAME",
            help="compare the answers of this one; repeat it; all variants where it is left out",
        )
        parser.add_argument(
            "--answers", type=int, default=2, metavar="N", help="answers an item, to put in order"
        )
        parser.add_argument(
            "--per-input", type=int, metavar="N", help="most items of several variants on one input"
        )
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        study = find(Study, options["study"], team="project__team__slug")
        seed = options["seed"] if options["seed"] is not None else secrets.randbelow(2**31)
        try:
            ledger = draw_items(
                actor=actor_named(options["actor"]),
                study=study,
                size=options["size"],
                seed=seed,
                now=timezone.now(),
                where=options["where"],
                strata=options["strata"],
                variants=variants_named(study, options["variant"]),
                answers=options["answers"],
                per_input=options["per_input"],
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(draw_summary(ledger), ensure_ascii=False))
            return
        self.stdout.write(
            f"Drew {ledger.size} of {ledger.pool_size} into {study} with seed {ledger.seed}."
        )
        (line,) = ledger_lines(study, [ledger])
        if line.balance:
            self.stdout.write(line.balance.sentence)


def variants_named(study: Study, names: Sequence[str] | None) -> list[Variant] | None:
    """The variants by name, or by name and fingerprint where two share it; None for all."""
    if names is None:
        return None
    known = {label: pk for pk, label in labels_of(study.project).items()}
    for name in names:
        if name not in known:
            raise CommandError(
                _("The project has no variant “%(name)s”. It has: %(known)s.")
                % {"name": name, "known": nearest(name, known)}
            )
    return [study.project.variants.get(pk=known[name]) for name in names]


def nearest(name: str, known: Iterable[str]) -> str:
    """The variants in the order of their names; of many, those most like the one that was meant."""
    names = sorted(known)
    if len(names) > MOST_NAMED:
        alike = get_close_matches(name, names, MOST_NAMED, cutoff=0)
        names = [*sorted(alike), "…"]
    return ", ".join(names)
