"""manage.py agreement --study S: how far raters agree; with --from FILE, of any file of ratings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from analytics.reports.agreement import REPLICATES, SEED, agreement_of
from analytics.reports.coefficients import flat
from analytics.reports.excluded import excluded_from, n_of_those_rated
from analytics.reports.file_ratings import Columns
from analytics.reports.files import (
    Asked,
    agreement_of_file,
    brief_of_file,
    coefficients_of_file,
)
from analytics.reports.headline import headline_of
from analytics.reports.limits import KINDS, off_target, off_target_data
from analytics.reports.limits_words import off_words
from analytics.reports.why import reason_words
from annotation.askable import never_asked
from annotation.models import Rater, Study
from annotation.rubric_cache import criteria_of
from core.errors import DomainError

if TYPE_CHECKING:
    from analytics.stats.types import AgreementResult

LEVELS = ("nominal", "ordinal", "interval", "ratio")


def _counted(results: "Mapping[str, AgreementResult]") -> dict[str, Any]:
    alpha = results["krippendorff_alpha"]
    return {
        "n_items": alpha.n_items,
        "n_raters": alpha.n_raters,
        "n_ratings": alpha.n_ratings,
        "coefficients": {key: one.as_dict() for key, one in results.items()},
    }


class Command(BaseCommand):
    help = "Every agreement coefficient that suits the scale, each with its interval or the reason."
    requires_system_checks = ()  # they load every page, which takes as long as a million ratings

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--study", metavar="TEAM/SLUG")
        source.add_argument(
            "--from",
            "--csv",
            dest="csv",
            type=Path,
            metavar="FILE",
            help="CSV or Parquet, one row a rating.",
        )
        parser.add_argument("--criterion", default="", metavar="KEY")
        parser.add_argument(
            "--brief",
            action="store_true",
            help="Only the coefficients that counts give, at once at any size.",
        )
        parser.add_argument("--item", metavar="COL")
        parser.add_argument("--rater", metavar="COL")
        parser.add_argument("--value", metavar="COL")
        parser.add_argument("--level", choices=LEVELS, help="Of the column of values.")
        parser.add_argument("--categories", default="", metavar="A,B,...", help="Low to high.")
        parser.add_argument("--replicates", type=int, default=REPLICATES)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument(
            "--interval",
            choices=KINDS,
            help="Kind of limits; leave it out for the usual ones. docs/explanation/coverage.md "
            "shows which hold.",
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = self.of_file(options) if options["csv"] else self.of_study(options)
        except (DomainError, ValueError) as refusal:
            raise CommandError(str(refusal)) from None
        for criterion in found if isinstance(found, list) else [found]:
            if "intervals" in criterion:
                criterion["off_target"] = off_target_data(criterion)
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for criterion in found if isinstance(found, list) else [found]:
            self.tell(criterion)

    def of_study(self, options: dict[str, Any]) -> Any:
        study = find(Study, options["study"], team="project__team__slug")
        if options["brief"]:
            return self.in_brief(study, options)
        report = agreement_of(
            study,
            criterion=options["criterion"],
            replicates=options["replicates"],
            seed=options["seed"],
            interval=options["interval"],
        )
        data = report.as_data()
        if options["criterion"] and not data:
            raise CommandError(
                f"Study '{study}' has no criterion '{options['criterion']}' on a scale."
            )
        names = {
            str(uid): name
            for uid, name in Rater.objects.filter(project=study.project_id).values_list(
                "uid", "display_name"
            )
        }
        for criterion in data:
            for line in criterion["raters"]:
                line["rater"] = names[line["rater"]]
        return data[0] if options["criterion"] else data

    def in_brief(self, study: Study, options: dict[str, Any]) -> Any:
        """A criterion whose ratings are not one of a few points has no counts and is left out."""
        found, excluded = [], excluded_from(study)
        criteria = criteria_of(study.rubric_version)
        how = {name: options[name] for name in ("replicates", "seed", "interval")}
        for criterion in criteria:
            if options["criterion"] not in ("", criterion.key):
                continue
            results = headline_of(study, criterion, only=(), **how)
            if results is None:
                continue
            n_excluded = n_of_those_rated(excluded, study, criterion)
            others = (
                headline_of(study, criterion, only=(), without=excluded, **how)
                if n_excluded
                else None
            )
            found.append(
                {
                    "criterion": criterion.key,
                    "level": criterion.level,
                    **_counted(results),
                    "without_excluded": {"n_excluded": n_excluded, **_counted(others)}
                    if others
                    else None,
                }
            )
        if not options["criterion"]:
            unrated = {one["criterion"] for one in found if not one["n_ratings"]}
            absent = never_asked(study, (one for one in criteria if one.key in unrated))
            keys = {one.key for one in absent}
            return [one for one in found if one["criterion"] not in keys]
        if not found:
            raise CommandError(
                f"Study '{study}' has no criterion '{options['criterion']}' with points to choose "
                "from. Leave out --brief."
            )
        return found[0]

    def of_file(self, options: dict[str, Any]) -> Any:
        missing = [name for name in ("item", "rater", "value", "level") if not options[name]]
        if missing:
            raise CommandError(f"A file needs --{missing[0]} as well.")
        asked = Asked(
            options["csv"],
            Columns(options["item"], options["rater"], options["value"]),
            level=options["level"],
            categories=[name.strip() for name in options["categories"].split(",") if name.strip()],
            replicates=options["replicates"],
            seed=options["seed"],
            interval=options["interval"],
        )
        if options["brief"]:
            return brief_of_file(asked)
        if options["format"] == "text":  # shows nothing of single raters and items
            return coefficients_of_file(asked)
        return agreement_of_file(asked)

    def tell(self, criterion: dict[str, Any]) -> None:
        self.stdout.write(
            f"{criterion['criterion']}: {criterion['n_items']} items, "
            f"{criterion['n_raters']} raters, {criterion['n_ratings']} ratings"
        )
        off = off_target(criterion) if "intervals" in criterion else {}
        self.tell_coefficients(criterion, off)
        if without := criterion.get("without_excluded"):
            self.stdout.write(
                f"  without {without['n_excluded']} left out: {without['n_raters']} raters, "
                f"{without['n_ratings']} ratings"
            )
            self.tell_coefficients(without, {})

    def tell_coefficients(self, criterion: dict[str, Any], off: Mapping[str, Any]) -> None:
        for name, result in flat(criterion["coefficients"]):
            if result["value"] is None:
                self.stdout.write(f"  {name}: not computable. {reason_words(result['reason'])}")
                continue
            between = (
                f"between {result['low']:.4f} and {result['high']:.4f}"
                if result["low"] is not None
                else reason_words(result["reason"])
            )
            self.stdout.write(f"  {name} {result['value']:.4f}, {between} ({result['method']})")
            if name in off:
                instead = f" --interval {off[name].instead}" if off[name].instead else ""
                self.stdout.write(f"    {off_words(criterion, off[name])}{instead}")
