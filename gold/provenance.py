"""Where a gold item comes from, as a chain: each step names the hash of the one before it.

Pure. A step is {"step", "at", "data", "previous", "hash"}; its hash is the SHA-256 of the canonical
JSON of the other four, so that nothing in the chain can be changed without all that follows. What
goes into `data` is gathered in `gold.gathering`, and holds names and hashes, never what was said.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.text import digest

Step = dict[str, Any]


class Kind(StrEnum):
    SOURCE = "source"
    REDACTION = "redaction"
    DRAW = "draw"
    RATINGS = "ratings"
    AGGREGATION = "aggregation"
    ADJUDICATION = "adjudication"
    APPROVAL = "approval"
    REVISION = "revision"


def step_hash(step: Mapping[str, Any]) -> str:
    return digest({name: step[name] for name in ("step", "at", "data", "previous")})


def extended(
    steps: Iterable[Step], kind: Kind, data: Mapping[str, Any], at: datetime | None = None
) -> list[Step]:
    """The chain with one more step at its end."""
    chain = list(steps)
    step: Step = {
        "step": str(kind),
        "at": at.isoformat() if at else None,
        "data": dict(data),
        "previous": chain[-1]["hash"] if chain else "",
    }
    return [*chain, {**step, "hash": step_hash(step)}]


def steps_of(provenance: Mapping[str, Any]) -> list[Step]:
    """The steps; none where the item was made before there were chains."""
    return list(provenance.get("steps") or ())


def last_hash(provenance: Mapping[str, Any]) -> str:
    """What the payload names; "" without a chain."""
    steps = steps_of(provenance)
    return str(steps[-1]["hash"]) if steps else ""


def latest(provenance: Mapping[str, Any], kind: Kind) -> Step | None:
    return next((one for one in reversed(steps_of(provenance)) if one["step"] == kind), None)


def verify_chain(provenance: Mapping[str, Any]) -> int | None:
    """The position of the first step that does not fit, None when all do.

    Of a step that was erased on request only its place in the chain can be verified.
    """
    previous = ""
    for position, step in enumerate(steps_of(provenance)):
        fits = step["previous"] == previous and (is_erased(step) or step["hash"] == step_hash(step))
        if not fits:
            return position
        previous = step["hash"]
    return None


def is_erased(step: Mapping[str, Any]) -> bool:
    return "erased_at" in step and not step["data"]


def emptied(step: Step, now: datetime) -> Step:
    """The step with nothing left of it but its place."""
    return {**step, "data": {}, "erased_at": now.isoformat()}


def forgotten(provenance: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The chain with nothing left in its steps but their hashes: for erasure."""
    gone = [emptied(one, now) for one in steps_of(provenance)]
    return {**provenance, **({"steps": gone} if gone else {})}
