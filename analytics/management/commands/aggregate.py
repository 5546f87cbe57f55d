"""manage.py aggregate --csv FILE --method M: one label for each item from the labels of many."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from analytics.reports.labels import LabelColumns
from analytics.reports.truths import METHODS, TIE_WORDS, truth_of_file
from analytics.reports.why import reason_words
from analytics.stats.errors import StatisticsError
from core.errors import DomainError

SEED = 1


class Command(BaseCommand):
    help = (
        "One label for each item from the labels of many, its distribution beside it, and its "
        "accuracy where a column holds gold."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from",
            "--csv",
            dest="csv",
            type=Path,
            required=True,
            metavar="FILE",
            help="CSV or Parquet, one row a rating.",
        )
        parser.add_argument("--item", required=True, metavar="COL")
        parser.add_argument("--rater", required=True, metavar="COL")
        parser.add_argument("--value", required=True, metavar="COL")
        parser.add_argument("--gold", default="", metavar="COL", help="Known label of the item.")
        parser.add_argument("--method", choices=METHODS, required=True)
        parser.add_argument(
            "--categories", default="", metavar="A,B,...", help="Labels in their declared order."
        )
        parser.add_argument(
            "--ties", choices=sorted(TIE_WORDS), default="shown", help="Of the majority."
        )
        parser.add_argument(
            "--smoothing", type=float, default=0.0, help="Ratings added to each cell of a rater."
        )
        parser.add_argument("--starts", type=int, default=1, help="Of Dawid-Skene; best is told.")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument(
            "--keep-repeated", action="store_true", help="Count a rater on an item every time."
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = LabelColumns(options["item"], options["rater"], options["value"], options["gold"])
        names = [name.strip() for name in options["categories"].split(",")]
        try:
            found = truth_of_file(
                options["csv"],
                columns,
                method=options["method"],
                categories=[name for name in names if name],
                ties=options["ties"],
                smoothing=options["smoothing"],
                starts=options["starts"],
                seed=options["seed"],
                keep_repeated=options["keep_repeated"],
            )
        except (DomainError, StatisticsError) as refusal:
            raise CommandError(str(refusal)) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.tell(found)

    def tell(self, found: dict[str, Any]) -> None:
        self.stdout.write(
            f"{found['method']}: {found['n_items']} items, {found['n_raters']} raters, "
            f"{found['n_ratings']} ratings; {found['n_tied']} items tied"
            + (f", {_(found['ties'])}" if "ties" in found else "")
        )
        if fit := found.get("dawid_skene"):
            self.stdout.write(
                f"{'converged' if fit['converged'] else 'did not converge'} after "
                f"{fit['iterations']} steps, log-likelihood {fit['log_likelihood']:.4f}; "
                f"{fit['same_as_majority']} of {fit['compared_with_majority']} labels as the "
                "majority's"
            )
            if fit["warning"]:
                self.stdout.write(
                    _("Warning: %(reason)s") % {"reason": reason_words(fit["warning"])}
                )
        if gold := found.get("gold"):
            accuracy = gold["accuracy"]
            self.stdout.write(
                f"gold: {gold['n_correct']} of {gold['n_labelled']} labels correct"
                if accuracy["value"] is None
                else f"gold: {gold['n_correct']} of {gold['n_labelled']} labels correct, "
                f"{accuracy['value']:.4f}, between {accuracy['low']:.4f} and "
                f"{accuracy['high']:.4f}; a tie worth its share: {gold['accuracy_ties_shared']:.4f}"
            )
        for line in found["labels"]:
            counts = ", ".join(f"{name}: {n}" for name, n in line["distribution"].items() if n)
            label = line["label"] or " = ".join(line["tied"]) or "no label"
            self.stdout.write(f"{line['item']}: {label} ({counts})")
