#!/usr/bin/env python
"""From MTRAG's human evaluation to gold release 1 and 2, by public commands alone.

    scripts/mtrag_release.py --project TEAM/SLUG --data DIR --out DIR

The project must be there. Two of MTRAG's three raters an answer make the verdicts; the ratings of
the third are kept back and brought as the second, blind rating of a random sample: they say how far
the labels of gold are wrong.
"""

import argparse
import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
FILE = "mtrag_human_eval/reference_subset_with_human_evaluations.json.gz"
HUMAN = ("naturalness", "appropriateness", "completeness", "faithfulness")
FIRST, SAMPLE, SEED = 150, 80, 20261126
#: Three systems answer each question, so conversations resemble one another by design; and nobody
#: has to look for personal data in what was published.
RULES = '{"personal_data": false, "near_duplicate": null}'

Run = Callable[..., str]


def manage(*command: str) -> str:
    """What a command of the product prints; its refusal ends the script."""
    done = subprocess.run(
        [sys.executable, str(MANAGE), *command], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode == 1:
        raise SystemExit(f"manage.py {command[0]} refused; its reason stands above.")
    return done.stdout


def split(source: Path, out: Path) -> tuple[Path, Path]:
    """The evaluation without its last rater of each answer, and a file of those ratings."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        found = json.load(file)
    kept_back = out / "kept-back.jsonl"
    with kept_back.open("w", encoding="utf-8") as file:
        for one in found["evaluations"]:
            for line in without_last_rater(one):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    rest = out / "two-raters.json"
    rest.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return rest, kept_back


def without_last_rater(evaluation: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    said = evaluation["annotations"]
    raters = sorted({rater for name in HUMAN for rater in said.get(name, {})})
    if len(raters) < 3:
        return
    taken = {name: given.pop(raters[-1], None) for name, given in said.items()}
    scores = {name: taken[name]["value"] for name in HUMAN if taken.get(name)}
    conversation = f"{evaluation['task_id']}:{evaluation['model_id']}"
    yield {"external_id": conversation, "rater": raters[-1], "scores": scores}


def release_twice(run: Run, *, project: str, source: Path, out: Path) -> Iterator[str]:
    """Each line of what was done; the two releases stand in `out` as JSON Lines."""
    team = project.split("/")[0]
    gold, study = f"{team}/mtrag-gold", f"{team}/human-evaluation"
    rest, kept_back = split(source, out)
    yield run("import_conversations", str(rest), "--project", project, "--source", "mtrag")
    yield run(
        "import_ratings", str(rest), "--project", project, "--source", "mtrag",
        "--new-study", "Human evaluation",
    )  # fmt: skip
    yield run(
        "propose_gold", gold, "--study", study, "--create", "MTRAG gold", "--rules", RULES,
    )  # fmt: skip
    yield run("admit_gold", gold, "--most", str(FIRST))
    yield run("publish_gold", gold, "--note", "The first verdicts.")
    drawn = json.loads(
        run("audit_gold", "draw", gold, "--size", str(SAMPLE), "--seed", str(SEED),
            "--format", "json")
    )  # fmt: skip
    yield (
        f"{SAMPLE} items were drawn to be rated again. Of the ratings that were kept back theirs "
        "are taken; the others are refused, since nobody drew their items."
    )
    yield run("import_ratings", str(kept_back), "--study", drawn["study"], "--source", "jsonl")
    yield run("audit_gold", "finish", gold)
    yield run("admit_gold", gold)
    yield run("publish_gold", gold, "--note", "With what was admitted since.")
    paths = [out / f"release-{number}.jsonl" for number in (1, 2)]
    for number, path in enumerate(paths, start=1):
        yield run("export_gold", gold, "--release", str(number), "--out", str(path))
    yield run("verify_release", str(paths[1]), "--against", str(paths[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--project", required=True, metavar="TEAM/SLUG")
    parser.add_argument("--data", required=True, type=Path, metavar="DIR")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    steps = release_twice(manage, project=given.project, source=given.data / FILE, out=given.out)
    for told in steps:
        sys.stdout.write(told.rstrip() + "\n")


if __name__ == "__main__":
    main()
