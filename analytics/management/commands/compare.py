"""manage.py compare --project P --a VARIANT --b VARIANT: which variant end users like better."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.lookup import find
from accounts.models import Project
from analytics.reports.compare import Comparison, compare
from analytics.reports.compare_data import as_data
from analytics.reports.compare_experts import Said, said_of
from analytics.reports.compare_formulas import FORMULAS
from analytics.reports.compare_rows import rows_of
from analytics.reports.compare_sums import ALL_TRUST
from analytics.reports.compare_words import finding
from core.errors import DomainError
from core.templatetags.prose import plain
from surveys.models import Trust


class Command(BaseCommand):
    help = "Two variants on feedback of end users, or on a criterion that raters scored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="P", help="team/project.")
        parser.add_argument("--a", required=True, metavar="VARIANT", help="The one that is there.")
        parser.add_argument("--b", required=True, metavar="VARIANT", help="The one to compare.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--feedback", choices=list(FORMULAS), default="thumb", help="Compare end users' words."
        )
        what.add_argument("--criterion", metavar="C", help="Compare settled scores and machines.")
        parser.add_argument(
            "--by", default="", metavar="KEY", help="Strata: language, locale, or of the context."
        )
        parser.add_argument("--trust", choices=[*Trust.values, ALL_TRUST], default=Trust.SIGNED)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = find(Project, options["project"])
            if options["criterion"]:
                said = said_of(project, options["a"], options["b"])
                self.tell_raters([one for one in said if one.key == options["criterion"]], options)
                return
            found = compare(
                project,
                options["a"],
                options["b"],
                metric=options["feedback"],
                by=options["by"],
                trust=options["trust"],
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_data(found), ensure_ascii=False, default=str))
        else:
            self.tell(found)

    def tell(self, found: Comparison) -> None:
        self.stdout.write(finding(found))
        for row in rows_of(found):
            test = f"  {row.test}" if row.test else ""
            self.stdout.write(f"  {row.name}: {row.a}, {row.b}{test}")
        for warned in found.warnings:
            self.stdout.write(f"{warned.code}: {warned.words}")

    def tell_raters(self, said: list[Said], options: dict[str, Any]) -> None:
        if not said:
            raise CommandError(
                f"No scores of both '{options['a']}' and '{options['b']}' on criterion "
                f"'{options['criterion']}'. Draw conversations of both into a study."
            )
        if options["format"] == "json":
            lines = [
                {
                    "raters": one.kind,
                    "criterion": one.key,
                    "points": one.points,
                    "mean_a": one.mean_a,
                    "mean_b": one.mean_b,
                    "difference_of_scale": one.difference.as_dict(),
                }
                for one in said
            ]
            self.stdout.write(json.dumps(lines, ensure_ascii=False))
            return
        for one in said:
            gap = one.difference
            ends = "" if gap.low is None else f", between {gap.low:+.3f} and {gap.high:+.3f}"
            self.stdout.write(
                f"{one.kind}, {plain(one.name)}: {one.mean_a:.2f} and {one.mean_b:.2f} of "
                f"{one.points} points; {gap.value:+.3f} of the scale{ends}"
            )
