"""The published data sets in their original files: counts, and the traps their pages name."""

from collections import Counter
from pathlib import Path

import pytest

from conversations.importers import (
    LineError,
    ParsedConversation,
    ParsedRating,
    Source,
    guess,
    guess_ratings,
    read,
    read_ratings,
    rubric,
)

pytestmark = pytest.mark.shared_data


def conversations(folder: Path) -> list[ParsedConversation]:
    source = Source(folder)
    entries = [entry for _position, entry in read(source, importer=guess(source))]
    assert all(entry.notice for entry in entries if isinstance(entry, LineError))
    return [entry for entry in entries if isinstance(entry, ParsedConversation)]


def ratings(folder: Path) -> list[ParsedRating]:
    source = Source(folder)
    entries = [entry for _position, entry in read_ratings(source, importer=guess_ratings(source))]
    found = [entry for entry in entries if isinstance(entry, ParsedRating)]
    assert len(found) == len(entries)
    return found


def assert_values_are_points(name: str, found: list[ParsedRating]) -> None:
    points = {
        criterion["key"]: {point["key"] for point in criterion["points"]}
        for criterion in rubric(name)["criteria"]
    }
    for rating in found:
        for score in rating.scores:
            assert score.value in points[score.criterion]


def assert_ratings_name_conversations(
    found: list[ParsedRating], known: list[ParsedConversation]
) -> None:
    ids = {conversation.external_id for conversation in known}
    assert len(ids) == len(known)
    assert {rating.external_id for rating in found} <= ids
    assert {rating.external_id_b for rating in found} <= ids | {""}


def test_mtrag(shared_data: Path) -> None:
    found = conversations(shared_data / "mtrag_human_eval")
    assert len(found) == 477
    assert len({conversation.group_key for conversation in found}) == 20
    assert len({conversation.input_key for conversation in found}) == 159
    assert Counter(conversation.variant.name for conversation in found if conversation.variant) == {
        "reference": 159,
        "gpt-4o": 159,
        "llama-3.1-405b-instruct": 159,
    }
    passages = {
        passage["id"]
        for conversation in found
        for passage in conversation.turns[-1].get("passages", [])
    }
    assert len(passages) == 350
    assert all(conversation.reference for conversation in found)
    assert "Answerability" in found[0].metadata
    reference = next(c for c in found if c.external_id.endswith(":reference"))
    assert reference.turns[-1]["content"] == reference.reference


def test_mtrag_ratings(shared_data: Path) -> None:
    folder = shared_data / "mtrag_human_eval"
    found = ratings(folder)
    assert sum(len(rating.scores) for rating in found) == 7087
    assert len({rating.rater for rating in found}) == 7
    assert_values_are_points("mtrag", found)
    assert_ratings_name_conversations(found, conversations(folder))
    gpt = [
        int(str(score.value))
        for rating in found
        for score in rating.scores
        if rating.external_id.endswith(":gpt-4o") and score.criterion == "faithfulness"
    ]
    assert round(sum(gpt) / len(gpt), 4) == 3.2405


def test_dbdc3(shared_data: Path) -> None:
    found = conversations(shared_data / "dbdc3_ja")
    assert len(found) == 60
    assert {conversation.n_turns for conversation in found} == {21}
    assert {conversation.language for conversation in found} == {"ja"}
    assert Counter(conversation.variant.name for conversation in found if conversation.variant) == {
        "DCM": 20,
        "DIT": 20,
        "IRS": 20,
    }
    started = next(c.started_at for c in found if c.external_id == "1502868266")
    assert started is not None
    assert abs(started.timestamp() - 1502868266) < 3600


def test_dbdc3_ratings(shared_data: Path) -> None:
    folder = shared_data / "dbdc3_ja"
    found = ratings(folder)
    labels = Counter(score.value for rating in found for score in rating.scores)
    assert labels.total() == 19_800
    assert round(labels["O"] / 19_800, 4) == 0.3573
    assert len({rating.rater for rating in found}) == 644
    assert_values_are_points("dbdc3", found)
    known = conversations(folder)
    assert_ratings_name_conversations(found, known)
    turns = {conversation.external_id: conversation.turns for conversation in known}
    assert {
        turns[rating.external_id][score.turn]["role"] for rating in found for score in rating.scores
    } == {"assistant"}


def test_realpersonachat(shared_data: Path) -> None:
    found = conversations(shared_data / "realpersonachat_llm")
    assert len(found) == len({conversation.external_id for conversation in found}) == 150
    variants = {c.variant.fingerprint: c.variant for c in found if c.variant}
    assert sorted(variant.model for variant in variants.values()) == ["GPT-3.5"] + ["GPT-4"] * 4
    by_name = {variant.name: variant for variant in variants.values()}
    assert by_name["GPT-4"].prompt.startswith("以下は")
    persona = next(c for c in found if c.variant is by_name["GPT-4+persona"])
    prompts = by_name["GPT-4+persona"].parameters["prompts"]
    assert "プロフィール" in prompts[persona.metadata["interlocutor_id"]]


def test_one_file_of_realpersonachat_has_its_prompts_only_when_they_lie_beside(
    shared_data: Path,
) -> None:
    path = shared_data / "realpersonachat_llm" / "GPT-4.json"
    beside = [entry for _position, entry in read(Source(path), importer="realpersonachat")]
    assert len(beside) == 30
    upload = Source(path, name="GPT-4.json")
    alone = [entry for _position, entry in read(upload, importer="realpersonachat")]
    assert isinstance(alone[0], LineError)
    assert (alone[0].code, alone[0].notice) == ("prompts_missing", True)


def test_realpersonachat_ratings(shared_data: Path) -> None:
    folder = shared_data / "realpersonachat_llm"
    found = ratings(folder)
    assert [len(rating.scores) for rating in found] == [3] * 150
    assert len({rating.rater for rating in found}) == 150
    assert {rating.rater_kind for rating in found} == {"respondent"}
    assert_values_are_points("realpersonachat", found)
    assert_ratings_name_conversations(found, conversations(folder))


def test_llmfao(shared_data: Path) -> None:
    found = conversations(shared_data / "llmfao_pairwise")
    assert len(found) == 1133
    assert sum(not conversation.turns[1]["content"] for conversation in found) == 25


def test_llmfao_votes(shared_data: Path) -> None:
    folder = shared_data / "llmfao_pairwise"
    found = ratings(folder)
    crowd = [rating for rating in found if rating.rater_kind == "person"]
    assert Counter(rating.scores[0].value for rating in crowd) == {
        "tie": 3471,
        "a": 2911,
        "b": 2549,
    }
    assert len({rating.rater for rating in crowd}) == 124
    assert len({rating.external_id.split(":")[0] for rating in crowd}) == 13
    assert Counter(rating.rater for rating in found if rating.rater_kind == "judge") == {
        "gpt4": 2139,
        "gpt3": 2139,
    }
    assert_values_are_points("llmfao", found)
    assert_ratings_name_conversations(found, conversations(folder))
