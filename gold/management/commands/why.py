"""manage.py why GOLD_ITEM: from which ratings of which rubric version a gold item came."""

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.scales import Target
from gold.models import GoldItem, Tier
from gold.why import why


class Command(BaseCommand):
    help = "Explain a gold item down to each rating."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gold_item", type=UUID, metavar="GOLD_ITEM")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        gold_item = (
            GoldItem.objects.filter(uid=options["gold_item"])
            .select_related(
                "approved_by",
                "candidate__item__study__rubric_version__rubric",
                "candidate__item__conversation",
                "candidate__item__draw",
            )
            .first()
        )
        if gold_item is None:
            raise CommandError(f"There is no gold item {options['gold_item']}.")
        data = why(gold_item).as_data()
        if options["format"] == "json":
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        for line in told(data):
            self.stdout.write(line)


def told(data: dict[str, Any]) -> list[str]:
    """The chain as indented lines, the newest fact first."""
    rubric = data["rubric"]
    lines = [
        f"Gold item {data['gold_item']} of conversation {data['conversation']}",
        f"  approved {data['approved_at']} by {data['approved_by'] or 'the system'}",
        f"  in releases {', '.join(map(str, data['releases'])) or 'none yet'}",
        f"  rated in study {data['study']} by rubric {rubric['name']} version {rubric['version']}",
    ]
    if data["erased_at"]:
        lines.append(f"  erased {data['erased_at']} on request: of what it said the hash is left")
    elif data["retired_at"]:
        lines.append(f"  retired {data['retired_at']} because: {data['retired_reason']}")
    if draw := data["draw"]:
        lines.append(
            f"  drawn with seed {draw['seed']}: {draw['size']} of {draw['pool']}, "
            f"inclusion probability {draw['inclusion_probability']:.4g}"
        )
    for label in data["labels"]:
        settled = label["source"] + (f" by {label['adjudicator']}" if label["adjudicator"] else "")
        lines.append(f"  {label['criterion']}{place_of(label)} = {value_of(label)} ({settled})")
        if label["reason"]:
            lines.append(f"    because: {label['reason']}")
        lines.extend(
            f"    {said['rater']} ({said['kind']}, {said['at'][:10]}): {said['value']}"
            + (f"  “{said['comment']}”" if said["comment"] else "")
            for said in label["ratings"]
        )
    return [*lines, *told_chain(data)]


def value_of(label: dict[str, Any]) -> str:
    """What was settled; where raters differ, how often each answer was given."""
    if label["source"] != Tier.CONTESTED:
        return str(label["value"])
    return "no value: " + ", ".join(f"{key} {n}×" for key, n in label["distribution"].items())


def place_of(label: dict[str, Any]) -> str:
    """The unit that was judged, counted from 1 as pages do; the data count from 0."""
    if label["target"] == Target.PAIR and label["turn"] >= 0:
        return f" answers {label['turn'] + 1} and {label['passage'] + 1}"
    places = [f" {name} {label[name] + 1}" for name in ("turn", "passage") if label[name] >= 0]
    return ",".join(places)


def told_chain(data: dict[str, Any]) -> list[str]:
    """The steps of the provenance, each with what the rows say of it today."""
    if not data["chain"]:
        return ["  made before items had a chain; the next change begins one"]
    lines = [
        f"  {step['step']} {step['hash'][:12]} {step['words']}"
        + ("" if step["holds"] else f"  ! {step['since'] or 'broken'}")
        for step in data["chain"]
    ]
    if data["chain_problem"]:
        return [*lines, f"  ! {data['chain_problem']}"]
    if data["erased_at"]:
        return [*lines, "  every step stands in its place"]
    return [
        *lines,
        "  every step holds today" if data["chain_holds"] else "  ! not every step holds",
    ]
