"""Chat messages that end with the expected answer, as fine-tuning takes them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from gold.exports.expecting import expecting
from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.messages import chat, line_of, said
from gold.exports.notes import readme
from gold.exports.source import Source
from gold.exports.tally import Tally

OPENS = (
    "import openai\n\n"
    'with open("NAME/train.jsonl", "rb") as lines:\n'
    '    openai.OpenAI().files.create(file=lines, purpose="fine-tune")\n'
)


def rows(source: Source, tally: Tally) -> Rows:
    """Calls of tools would need their definitions, which a conversation does not hold."""
    for one in expecting(source, tally):
        if any(turn["role"] == "tool" or turn.get("tool_calls") for turn in one.asked):
            tally.leave("with_tools")
            continue
        line = line_of({"messages": [*chat(one.asked), *said(one.expected)]})
        yield source.file_of(one.line.payload, "{}.jsonl"), line


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    holds = "Each line is a conversation whose last message is the expected answer."
    names = [one.name for one in files] or ["train.jsonl"]
    there = "train.jsonl" if "train.jsonl" in names else names[0]
    yield readme(source, tally, holds=holds, opens=OPENS.replace("train.jsonl", there))


FORMAT = Format(
    key="openai_chat",
    name="OpenAI chat fine-tuning",
    purpose=_("Conversations that end with the expected answer, to fine-tune a chat model."),
    leaves_out=_(
        "Items without an expected answer or with calls of tools, contested ones, and what was "
        "erased."
    ),
    opens=OPENS,
    one_answer=True,
    expects=True,
    folder=Folder(rows=rows, beside=beside, empty="test.jsonl"),
)
