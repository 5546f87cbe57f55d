"""The dataset card of a release: what Hugging Face shows, and what whoever uses the data asks."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.text import digest
from gold.exports.manifest import Written
from gold.exports.notes import README, facts, listed, one_line, title, yaml
from gold.exports.source import Source
from gold.exports.tally import Tally

SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
KNOWN = frozenset(
    {
        "apache-2.0",
        "mit",
        "cc0-1.0",
        "cc-by-4.0",
        "cc-by-sa-4.0",
        "cc-by-nc-4.0",
        "cc-by-nc-sa-4.0",
        "cc-by-nd-4.0",
        "odbl",
        "pddl",
    }
)
"""Names that Hugging Face has for licences; another is `other` with its own name beside it."""


def card(source: Source, tally: Tally, files: list[Written]) -> tuple[str, str]:
    parts = [f"---\n{yaml(front_matter(source, tally, files))}---", f"# {title(source)}"]
    if told := one_line(source.release.datasheet.get("description", "")):
        parts.append(told)
    for heading, lines in sections(source, tally):
        parts.append(f"## {heading}\n\n" + "\n".join(lines))
    return README, "\n\n".join(parts) + "\n"


def front_matter(source: Source, tally: Tally, files: list[Written]) -> dict[str, Any]:
    languages = sorted(
        language for language in tally.languages if re.fullmatch(r"[a-z]{2,3}", language)
    )
    return {
        "pretty_name": one_line(source.release.dataset.name),
        **licence_of(tally),
        **({"language": languages} if languages else {}),
        "size_categories": [size_of(tally.items)],
        "tags": ["evaluation", "human-feedback"],
        "configs": [
            {
                "config_name": "default",
                "description": f"Release {source.release.number}, files {known_by(files)}",
                "data_files": [
                    {"split": one.name.rpartition("/")[2].rpartition(".")[0], "path": one.name}
                    for one in files
                ],
            }
        ],
    }


def known_by(files: list[Written]) -> str:
    """A hash of all files. `datasets` keeps what it opened under the name of the folder and a hash
    of this configuration; without it a later release would be answered with an earlier one."""
    return digest([(one.name, one.sha256) for one in files])


def licence_of(tally: Tally) -> dict[str, str]:
    if not tally.licences:
        return {"license": "unknown"}
    if len(tally.licences) == 1 and (name := next(iter(tally.licences)).lower()) in KNOWN:
        return {"license": name}
    return {"license": "other", "license_name": listed(tally.licences)}


def size_of(n: int) -> str:
    return next((words for limit, words in SIZES if n < limit), "n>10M")


PURPOSE = (
    "To evaluate an application that answers people: the inputs are conversations up to the answer "
    "that was judged, and the labels are what people settled on. Whoever trains on an item can no "
    "longer evaluate with it."
)
SPLITS = (
    "An item's split follows from a hash of its input, so it stays when the dataset grows, and "
    "answers to one input are never in two splits."
)
TIERS = (
    "On a contested item people differ; it has no right answer, and the distribution of answers is "
    "its label."
)
PROVENANCE = (
    "- `provenance` of an item is the last hash of the chain from its source to its approval."
)
REDACTIONS = (
    "Personal data that somebody decided to hide was replaced by a label of its kind before the "
    "item was published; the original is not in the release."
)
TOMBSTONES = (
    "Items of the release that were erased because somebody asked to be forgotten: {n}. They are "
    "not here; the JSON Lines export keeps their hashes."
)


def sections(source: Source, tally: Tally) -> Iterator[tuple[str, list[str]]]:
    release = source.release
    if tally.languages["ja"]:
        yield ("概要", [japanese(source, tally)])
    yield ("What it is for", [PURPOSE])
    yield (
        "What it holds",
        [
            *facts(source, tally),
            f"- Splits: {counted(tally.splits)}. {SPLITS}",
            f"- Tiers: {counted(tally.tiers)}. {TIERS}",
            f"- Languages: {counted(tally.languages)}.",
        ],
    )
    yield ("Where it is from", list(origins(source, tally)))
    yield ("How far people agree", agreement(release.agreement))
    yield ("How far labels are wrong", [label_error(release.label_error)])
    yield ("Redactions", [REDACTIONS])
    yield ("Tombstones", [TOMBSTONES.format(n=tally.left_out["erased"])])


def origins(source: Source, tally: Tally) -> Iterator[str]:
    yield f"- Items came by: {counted(tally.sources)}."
    yield f"- Variants that answered: {counted(tally.variants)}."
    yield f"- Rubrics: {rubrics(source) or 'not stated'}."
    yield f"- Published: {source.release.published_at.isoformat()}."
    yield PROVENANCE
    if source.release.datasheet.get("synthetic"):
        yield "- The conversations are synthetic."


def japanese(source: Source, tally: Tally) -> str:
    return (
        f"対話の評価用データセット（リリース{source.release.number}、{tally.items}件、うち日本語"
        f"{tally.languages['ja']}件）です。入力は評価対象の回答より前の発話、ラベルは複数の評価者の"
        "判断を合意または裁定で確定したものです。contested の項目は意見が分かれたもので、正解は"
        "なく、回答の分布を収めています。個人情報のうち伏せると決めたものは、公開前に置き換えて"
        "あります。"
    )


def counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{one_line(name)} {n}" for name, n in sorted(counts.items())) or "none"


def rubrics(source: Source) -> str:
    return ", ".join(
        f"{one_line(one['slug'])} {one['version']}" for one in source.release.rubric_versions
    )


def agreement(studies: list[dict[str, Any]]) -> list[str]:
    """Krippendorff's alpha of every criterion, as it was when the release was published."""
    rows = [
        f"| {one_line(study['name'])} | {one_line(one['criterion'])} | {one['n_items']} "
        f"| {one['n_ratings']} | {alpha(one['coefficients'].get('krippendorff_alpha') or {})} |"
        for study in studies
        for one in study["criteria"]
    ]
    if not rows:
        return ["Not stated."]
    head = ["| Study | Criterion | Items | Ratings | Krippendorff's alpha |"]
    return [*head, "| --- | --- | --- | --- | --- |", *rows]


def alpha(found: Mapping[str, Any]) -> str:
    if found.get("value") is None:
        return "not computable"
    return f"{found['value']:.2f}" + interval(found, 1)


def interval(found: Mapping[str, Any], factor: int) -> str:
    if found.get("low") is None or found.get("high") is None:
        return ""
    digits = 2 if factor == 1 else 1
    return f" [{found['low'] * factor:.{digits}f}, {found['high'] * factor:.{digits}f}]"


def label_error(found: Mapping[str, Any] | None) -> str:
    """As an audit measured it: a random sample, rated once more by people who saw no label."""
    if not found:
        return "Not measured: no random sample was rated once more by people who saw no label."
    overall = found["overall"]
    error = overall["error"]
    if error["value"] is None:
        return f"Not estimated: {one_line(error.get('reason') or 'no reason is stated')}"
    return (
        f"Estimated label error {error['value'] * 100:.1f} %{interval(error, 100)}: "
        f"{overall['n_differ']} of {overall['n']} labels of {found['n_items']} items, drawn at "
        f"random from {found['pool_size']} and rated once more by people who saw no label."
        + far_off(overall)
    )


def far_off(overall: Mapping[str, Any]) -> str:
    """Of scales with an order, which older releases say nothing of."""
    far = overall.get("far")
    if not far:
        return ""
    return (
        f" Of {overall['n_ordered']} labels on scales of several points, "
        f"{far['value'] * 100:.1f} %{interval(far, 100)} differ by more than a point."
    )
