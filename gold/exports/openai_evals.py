"""Samples and a registry for the `evals` of OpenAI: input messages and the ideal answer.

The folder is what `oaieval --registry_path` takes. One eval stands for each split, graded by a
model against the ideal answer; its name holds the release, so results of two never mix.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _

from gold.exports.expecting import about, expecting
from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.messages import chat, line_of
from gold.exports.notes import readme, yaml
from gold.exports.source import Source
from gold.exports.tally import Tally

SAMPLES = "registry/data/gold/{}.jsonl"
OPENS = "oaieval MODEL gold.test --registry_path NAME/registry\n"


def rows(source: Source, tally: Tally) -> Rows:
    for one in expecting(source, tally):
        sample = {"input": chat(one.asked), "ideal": one.expected, "metadata": about(one)}
        yield source.file_of(one.line.payload, SAMPLES), line_of(sample)


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    yield "registry/evals/gold.yaml", yaml(dict(evals(source, files)))
    holds = (
        "Samples of `input` and `ideal` by split, and a registry that names an eval for each. "
        "They are graded by the template `fact`, which compares an answer with the ideal one."
    )
    yield readme(source, tally, holds=holds, opens=OPENS)


def evals(source: Source, files: list[Written]) -> Iterator[tuple[str, dict[str, object]]]:
    for file in files:
        split = PurePosixPath(file.name).stem
        named = f"gold.{split}.release-{source.release.number}"
        yield f"gold.{split}", {"id": named, "metrics": ["accuracy"]}
        yield (
            named,
            {
                "class": "evals.elsuite.modelgraded.classify:ModelBasedClassify",
                "args": {
                    "samples_jsonl": f"gold/{split}.jsonl",
                    "eval_type": "cot_classify",
                    "modelgraded_spec": "fact",
                },
            },
        )


FORMAT = Format(
    key="openai_evals",
    name="OpenAI evals",
    purpose=_("Samples of input and ideal answer with a registry, for oaieval."),
    leaves_out=_("Items without an expected answer, contested ones, and what was erased."),
    opens=OPENS,
    one_answer=True,
    expects=True,
    folder=Folder(rows=rows, beside=beside, empty=SAMPLES.format("test")),
)
