"""Frames for LangCheck: columns that its metrics take, and the pool of preferences it samples.

Its pairwise comparison gives a confidence by simulating annotators from examples of `prompt`,
`model_a`, `model_b` and `winner`, where the middle two are the answers and the winner is A or B.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from gold.asked import asked_in
from gold.exports.expecting import values_of
from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.messages import line_of, transcript
from gold.exports.notes import readme
from gold.exports.preferences import Preference, preferences
from gold.exports.reading import (
    answer_of,
    conversations_of,
    expected_of,
    labels_of,
    language_of,
    passages_of,
    split_of,
    tier_of,
    variant_of,
)
from gold.exports.source import Line, Source
from gold.exports.tally import Tally

OPENS = (
    "import langcheck, pandas\n\n"
    'frame = pandas.read_json("NAME/outputs/test.jsonl", lines=True, dtype=False)\n'
    'expecting = frame[frame.reference_outputs != ""]\n'
    "langcheck.metrics.semantic_similarity(\n"
    "    expecting.generated_outputs.tolist(), expecting.reference_outputs.tolist()\n"
    ")\n"
)


def rows(source: Source, tally: Tally) -> Rows:
    for line in tally.read(source):
        outputs = list(outputs_of(line))
        if not outputs:
            tally.leave("without_answer")
        for row in outputs:
            yield source.file_of(line.payload, "outputs/{}.jsonl"), row
    pool = Tally()
    for one in preferences(source, pool):
        yield source.file_of(one.line.payload, "preferences/{}.jsonl"), preference_row(one)
    tally.pairs_left = pool.pairs_left


def outputs_of(line: Line) -> Iterator[bytes]:
    """One row an answer; labels of a pair or a ranking are about several and stand in the pool."""
    payload = line.payload
    conversations = conversations_of(payload)
    alone = len(conversations) == 1
    for place, conversation in enumerate(conversations):
        if answer := answer_of(conversation):
            yield line_of(
                {
                    "gold": line.uid,
                    "place": place,
                    "prompts": transcript(asked_in(payload)),
                    "generated_outputs": answer,
                    "reference_outputs": expected_of(payload)[0],
                    "sources": "\n\n".join(passages_of(payload)) if place == 0 else "",
                    "variant": variant_of(conversation),
                    "language": language_of(payload),
                    "split": split_of(payload),
                    "tier": tier_of(payload),
                    "labels": values_of(payload) if alone else {},
                    "distributions": distributions_of(line) if alone else {},
                    "licence": payload.get("licence", ""),
                    "consent": payload.get("consent", ""),
                }
            )


def distributions_of(line: Line) -> dict[str, object]:
    return {
        one.criterion: one.distribution
        for one in labels_of(line.payload)
        if one.turn < 0 and one.distribution
    }


def preference_row(one: Preference) -> bytes:
    first, second = one.first.conversation, one.second.conversation
    return line_of(
        {
            "prompt": transcript(one.prompt),
            "model_a": answer_of(first),
            "model_b": answer_of(second),
            "winner": one.winner.upper(),
            "variant_a": variant_of(first),
            "variant_b": variant_of(second),
            "criterion": one.criterion,
            "language": language_of(one.line.payload),
            "gold": one.line.uid,
        }
    )


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    holds = (
        "`outputs/` has the columns that metrics take, with the settled labels beside them; a "
        "contested item has no value there but the distribution of answers, and where nothing is "
        "expected `reference_outputs` is empty. `preferences/` is the "
        "pool for the confidence of a pairwise comparison: give it as `preference_data_path` with "
        "its absolute path. There, contested items and ties are left out."
    )
    yield readme(source, tally, holds=holds, opens=OPENS)


FORMAT = Format(
    key="langcheck",
    name="LangCheck",
    purpose=_("Frames for metrics of LangCheck, and the preferences that its confidence needs."),
    leaves_out=_(
        "Items without an answer, and what was erased; of preferences, contested ones and pairs "
        "beyond 100 of one input by each criterion."
    ),
    opens=OPENS,
    folder=Folder(rows=rows, beside=beside, empty="outputs/test.jsonl"),
)
