"""manage.py preferences --csv FILE: which system is preferred, from votes between two."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.reports.preferences import preferences_of_file
from analytics.reports.votes import VoteColumns
from analytics.reports.why import reason_words
from analytics.stats.errors import StatisticsError
from core.errors import DomainError

REPLICATES = 2_000
SEED = 1


class Command(BaseCommand):
    help = (
        "Strengths (Bradley-Terry, and Davidson with ties), win rates, agreement of raters and "
        "bias of the side, with 95 % intervals."
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
            help="CSV or Parquet, one row a vote.",
        )
        parser.add_argument(
            "--left", required=True, metavar="COL", help="Name of the system on the left."
        )
        parser.add_argument("--right", required=True, metavar="COL")
        parser.add_argument(
            "--winner", required=True, metavar="COL", help="left, right or tie, or a name."
        )
        parser.add_argument("--rater", default="", metavar="COL")
        parser.add_argument(
            "--item", default="", metavar="COL", help="What was answered; resampled whole."
        )
        parser.add_argument("--replicates", type=int, default=REPLICATES)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        columns = VoteColumns(
            options["left"], options["right"], options["winner"], options["rater"], options["item"]
        )
        try:
            found = preferences_of_file(
                options["csv"], columns, replicates=options["replicates"], seed=options["seed"]
            )
        except (DomainError, StatisticsError) as refusal:
            raise CommandError(str(refusal)) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.tell(found)

    def tell(self, found: dict[str, Any]) -> None:
        outcomes = found["outcomes"]
        self.stdout.write(
            f"{found['n_votes']} votes between {found['n_systems']} systems: "
            f"{outcomes['left']} left, {outcomes['right']} right, {outcomes['tie']} ties; "
            f"intervals draw {found['resampled']}"
        )
        for name in ("bradley_terry", "davidson"):
            self.tell_strengths(name, found[name])
        self.stdout.write("win rates (ties apart)")
        for line in found["win_rates"]:
            self.stdout.write(
                f"  {line['system']}: {between(line['win_rate'])} of {line['wins']} wins and "
                f"{line['losses']} losses; {line['ties']} ties"
            )
        share = found["position_bias"]["left_share"]
        self.stdout.write(
            f"left side's share of decisive votes: {between(share)}"
            + (f", p {share['p']:.2g}" if "p" in share else "")
        )
        for name, result in (found["agreement"] or {}).items():
            self.stdout.write(f"{name} of raters: {between(result)}")

    def tell_strengths(self, name: str, part: dict[str, Any]) -> None:
        self.stdout.write(f"{name} (ties as {part['ties']})")
        if part["reason"]:
            self.stdout.write(f"  {reason_words(part['reason'])}")
        for line in part["systems"]:
            ranks = "" if line["rank_low"] is None else f", {line['rank_low']}-{line['rank_high']}"
            self.stdout.write(
                f"  {line['rank']}{ranks}  {line['system']}: "
                f"{between({**line, 'value': line['strength']})}"
            )


def between(result: dict[str, Any]) -> str:
    """A number with its limits, as far as there are any."""
    if result["value"] is None:
        return f"not computable. {reason_words(result.get('reason'))}".rstrip()
    if result["low"] is None:
        return f"{result['value']:.4f}"
    return f"{result['value']:.4f}, between {result['low']:.4f} and {result['high']:.4f}"
