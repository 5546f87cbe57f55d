"""Preference pairs in the conversational form that trainers of DPO take: prompt, chosen, rejected.

The prompt is what both answers have before them; where the two came by different calls of tools,
those belong to the answers.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.messages import chat, line_of
from gold.exports.notes import readme
from gold.exports.preferences import Preference, preferences
from gold.exports.reading import language_of
from gold.exports.source import Source
from gold.exports.tally import Tally

OPENS = 'import datasets\n\npairs = datasets.load_dataset("json", data_dir="NAME/data")\n'


def rows(source: Source, tally: Tally) -> Rows:
    for one in preferences(source, tally):
        yield source.file_of(one.line.payload, "data/{}.jsonl"), line_of(row_of(one))


def row_of(one: Preference) -> dict[str, Any]:
    payload = one.line.payload
    return {
        "prompt": chat(one.prompt),
        "chosen": chat(one.chosen.turns),
        "rejected": chat(one.rejected.turns),
        "criterion": one.criterion,
        "chosen_label": one.chosen.label,
        "rejected_label": one.rejected.label,
        "gold": one.line.uid,
        "language": language_of(payload),
        "licence": payload.get("licence", ""),
        "consent": payload.get("consent", ""),
    }


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    holds = (
        "Pairs of answers to one input of which people prefer `chosen`, by one `criterion`. They "
        "come from pairs, from rankings, and from answers rated alone whose settled labels differ; "
        "the latter stand beside them, and a later point of a scale counts as higher. Ties are no "
        "preference, nor are conversations in which the user went on after they parted."
    )
    yield readme(source, tally, holds=holds, opens=OPENS)


FORMAT = Format(
    key="dpo",
    name="DPO",
    purpose=_(
        "Preference pairs for training, in the conversational form: prompt, chosen, rejected."
    ),
    leaves_out=_(
        "Items that prefer nothing, contested ones, and what was erased; of the answers to one "
        "input, pairs beyond 100 by each criterion."
    ),
    opens=OPENS,
    one_answer=True,
    folder=Folder(rows=rows, beside=beside, empty="data/test.jsonl"),
)
