"""manage.py publish_gold DATASET [--note TEXT]: what the dataset holds now, as the next release."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.lookup import actor_named, find
from core.errors import DomainError
from gold.audits import in_words
from gold.models import GoldDataset, Release
from gold.services.releases import publish_release


class Command(BaseCommand):
    help = "Publish what a gold dataset holds now. A release never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", metavar="TEAM/SLUG")
        parser.add_argument("--note", default="", metavar="TEXT", help="what is new")
        parser.add_argument("--as", dest="actor", metavar="EMAIL")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        dataset = find(GoldDataset, options["dataset"], team="project__team__slug")
        try:
            release = publish_release(
                actor=actor_named(options["actor"]),
                dataset=dataset,
                now=timezone.now(),
                note=options["note"],
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(shown_of(release), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(words_of(release)))


def shown_of(release: Release) -> dict[str, Any]:
    return {
        "uid": str(release.uid),
        "release": release.number,
        "items": release.n_items,
        "manifest_hash": release.manifest_hash,
        "changes": release.datasheet["changes"],
        "agreement": alphas(release),
        "label_error": release.label_error,
    }


def alphas(release: Release) -> dict[str, Any]:
    """Krippendorff's alpha of each criterion, with its limits."""
    return {
        f"{study['name']}: {one['criterion']}": one["coefficients"]["krippendorff_alpha"]
        for study in release.agreement
        for one in study["criteria"]
    }


def words_of(release: Release) -> list[str]:
    changes = release.datasheet["changes"]
    lines = [
        f"Release {release.number}: {release.n_items} items, {changes['added']} added, "
        f"{changes['revised']} revised, {changes['retired']} retired ({release.manifest_hash})."
    ]
    for name, alpha in alphas(release).items():
        lines.append(f"  alpha of {name}: {of_alpha(alpha)}")
    stated = in_words(release.label_error) if release.label_error else ""
    lines.append(f"  {stated or 'The label error has not been measured yet.'}")
    return lines


def of_alpha(alpha: dict[str, Any]) -> str:
    if alpha["value"] is None:
        return str(alpha["reason"])
    limits = "" if alpha["low"] is None else f" [{alpha['low']:.2f}, {alpha['high']:.2f}]"
    return f"{alpha['value']:.2f}{limits}"
