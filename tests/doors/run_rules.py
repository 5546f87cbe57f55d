"""Doors of runs on gold and of its growth; see `tests.doors.rules`."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access import May
from accounts.models import Role
from gold.runs.bars import bars_of
from tests.doors.doors import DO, LOOK, Ask, Rule, api, project
from tests.doors.world import Side


def outputs(side: Side) -> dict[str, object]:
    line = json.dumps({"gold": str(side.gold_item.uid), "output": "At four.", "passed": True})
    return {
        "release": str(side.release.uid),
        "variant": "v13",
        "kind": "given",
        "file": SimpleUploadedFile("outputs.jsonl", line.encode()),
    }


def a_run(side: Side) -> dict[str, object]:
    output = {"gold": str(side.gold_item.uid), "output": "At four.", "passed": True}
    return {"variant": "v13", "outputs": [output]}


def for_raters(side: Side) -> dict[str, object]:
    """The lowest point of the first criterion that is a bar."""
    bar = next(bar for _version, bars in bars_of(side.release) for bar in bars)
    rater = side.team.memberships.get(user=side.people[Role.RATER])
    given = {"which": "all", "size": 1, "overlap": 1, "seed": 3}
    return {**given, "bar": bar.name, "raters": rater.pk}


AGAINST = Ask(foreign={"against": "variant_run"})

RUNS: dict[str, Rule] = {
    "gold:runs": project(May.READ, uid="dataset", GET=LOOK),
    "gold:run_bring": project(
        May.MANAGE, uid="dataset", POST=Ask(outputs, foreign={"release": "release"})
    ),
    "gold:run": project(May.READ, uid="variant_run", GET=AGAINST),
    "gold:run_rate": project(May.MANAGE, uid="variant_run", POST=Ask(for_raters)),
    "gold:run_remove": project(May.MANAGE, uid="variant_run", POST=DO),
    "gold:output_file": project(May.READ, uid="output_file", GET=LOOK),
    "gold:output_progress": project(May.READ, uid="output_file", GET=LOOK),
    "gold:output_refused_jsonl": project(May.READ, uid="output_file", GET=LOOK),
    "gold:output_confirm": project(May.MANAGE, uid="output_file", POST=DO),
    "gold:output_discard": project(May.MANAGE, uid="output_file", POST=DO),
    "gold:inputs_jsonl": project(May.READ, uid="release", GET=LOOK),
    "gold:growth": project(May.READ, uid="dataset", GET=LOOK),
    "gold:growth_json": project(May.READ, uid="dataset", GET=LOOK),
    "api:release_inputs": api(May.READ, uid="release", GET=LOOK),
    "api:run_make": api(May.MANAGE, uid="release", POST=Ask(a_run)),
    "api:runs": api(May.READ, uid="dataset", GET=LOOK),
    "api:run": api(May.READ, uid="variant_run", GET=AGAINST),
}
