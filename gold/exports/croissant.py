"""Croissant: the files and columns of a release, described for machines in JSON-LD.

The description is `croissant.json`; the data beside it are lines of JSON with one value a column.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.messages import line_of
from gold.exports.notes import listed, readme, title
from gold.exports.rows import json_text, row_of
from gold.exports.source import Source
from gold.exports.tally import Tally

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
LINES = "application/jsonlines"
OPENS = (
    "import mlcroissant\n\n"
    'gold = mlcroissant.Dataset("NAME/croissant.json")\n'
    'for record in gold.records("test"):\n'
    "    print(record)\n"
)
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
FIELDS = {
    "id": "What the item is known by, in every release.",
    "split": "Follows from a hash of the input.",
    "tier": "gold, or contested: people differ, and the distribution is the label.",
    "language": "Of the conversation, as a code.",
    "source": "What brought the item to gold.",
    "input": "JSON: the turns before the judged answer.",
    "answer": "The answer that was judged.",
    "expected": "The answer expected.",
    "expected_source": "approved, corrected, or reference.",
    "passages": "JSON: texts that an answer needs.",
    "labels": "JSON: what people settled on, with the distribution of answers.",
    "conversations": "JSON: every conversation of the item, whole.",
    "rubric": "What the item was judged by.",
    "licence": "Under which the item may be used.",
    "consent": "The ground on which the words are kept.",
    "content_hash": "SHA-256 of the item as the release holds it.",
}


def rows(source: Source, tally: Tally) -> Rows:
    for line in tally.read(source):
        row = row_of(line)
        flat = {name: flattened(row[name]) for name in FIELDS}
        yield source.file_of(line.payload, "data/{}.jsonl"), line_of(flat)


def flattened(value: Any) -> str:
    return value if isinstance(value, str) else json_text(value)


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    said = orjson.dumps(described(source, tally, files), option=orjson.OPT_INDENT_2)
    yield "croissant.json", said.decode() + "\n"
    holds = "`croissant.json` describes the files beside it: their hashes, columns and splits."
    yield readme(source, tally, holds=holds, opens=OPENS)


def described(source: Source, tally: Tally, files: list[Written]) -> dict[str, Any]:
    release = source.release
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": source.name,
        "description": release.datasheet.get("description") or title(source),
        "conformsTo": CONFORMS_TO,
        "license": listed(tally.licences) or "not stated",
        "version": f"{release.number}.0.0",
        "datePublished": release.published_at.date().isoformat(),
        "citeAs": f"{title(source)}, manifest {release.manifest_hash}",
        "isLiveDataset": False,
        "rai:dataCollection": "Conversations with an application, rated by people by a rubric.",
        "rai:personalSensitiveInformation": listed(tally.consents) or "Consent is not stated.",
        "distribution": [file_object(one) for one in files],
        "recordSet": [record_set(one) for one in files],
    }


def file_object(file: Written) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": PurePosixPath(file.name).name,
        "contentUrl": file.name,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": LINES,
        "sha256": file.sha256,
    }


def record_set(file: Written) -> dict[str, Any]:
    split = PurePosixPath(file.name).stem
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "description": f"{file.rows or 0} items.",
        "key": {"@id": f"{split}/id"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{split}/{name}",
                "name": name,
                "description": words,
                "dataType": "sc:Text",
                "source": {"fileObject": {"@id": file.name}, "extract": {"column": name}},
            }
            for name, words in FIELDS.items()
        ],
    }


FORMAT = Format(
    key="croissant",
    name="Croissant",
    purpose=_("Files with a description in JSON-LD, for catalogues and tools that read Croissant."),
    leaves_out=_("What was erased."),
    opens=OPENS,
    folder=Folder(rows=rows, beside=beside, empty="data/test.jsonl"),
)
