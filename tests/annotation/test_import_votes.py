"""Votes between two answers, in the files of LLMFAO: a miniature of our own in the same shapes."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from annotation.models import Rating, Score, Study
from annotation.services.imported_ratings import create_imported_study, import_ratings
from conversations.importers import Source
from jobs.testing import run_pending_jobs

HEAD = "id,prompt,model_x,model_y,worker,winner,left,right\n"
CROWD = HEAD + "0,1,7,8,w1,left,Grey,Blue\n0,1,7,8,w2,tie,Grey,Blue\n1,1,8,7,w3,left,Blue,Grey\n"
JUDGED = "id,prompt,model_x,model_y,winner,left,right\n0,1,7,8,right,Grey,Blue\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two models and an empty one, one prompt, three people and a judge."""
    path = tmp_path / "votes"
    path.mkdir()
    models = [{"id": 7, "name": "Grey"}, {"id": 8, "name": "Blue"}, {"id": 9, "name": "Mute"}]
    said = {7: "A haiku of grey.", 8: "A haiku of blue.", 9: ""}
    answers = [
        {"model": one["id"], "prompt": 1, "result": said[one["id"]], "name": one["name"],
         "api_id": f"x/{one['id']}", "duration": 900, "rate": 30}
        for one in models
    ]  # fmt: skip
    lines(path / "models.jsonl", models)
    lines(path / "prompts.jsonl", [{"id": 1, "text": "Write a haiku.", "type": "haiku"}])
    lines(path / "results.jsonl", answers)
    (path / "crowd-comparisons.csv").write_text(CROWD)
    (path / "judge9-comparisons.csv").write_text(JUDGED)
    return path


def lines(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


@pytest.fixture
def study(project: Project, folder: Path) -> Study:
    call_command("import_conversations", folder, project=f"{project.team.slug}/{project.slug}")
    study = create_imported_study(
        actor=None, project=project, name="Votes", source="llmfao", now=timezone.now()
    )
    import_ratings(actor=None, study=study, source=Source(folder), now=timezone.now())
    return study


def test_an_answer_is_a_conversation_with_its_prompt_as_input(study: Study) -> None:
    found = study.project.conversations.order_by("external_id")
    assert [(one.external_id, one.input_key, one.variant.name) for one in found] == [
        ("1:7", "1", "Grey"), ("1:8", "1", "Blue"), ("1:9", "1", "Mute"),
    ]  # fmt: skip


def test_an_empty_answer_is_kept_and_says_that_it_is_empty(
    study: Study, alice: User, signed_in: Any
) -> None:
    empty = study.project.conversations.get(external_id="1:9")
    assert empty.turns[1]["content"] == ""
    page = signed_in(alice).get(reverse("conversations:detail", args=[empty.uid])).content.decode()
    assert "No words in this turn" in page


def test_a_pair_shown_both_ways_round_is_one_item(study: Study) -> None:
    item = study.items.get()
    assert (item.conversation.external_id, item.conversation_b.external_id) == ("1:7", "1:8")
    assert (item.n_answers, item.slots_total, item.n_submitted) == (2, 3, 3)


def test_the_sides_that_each_saw_are_kept(study: Study) -> None:
    sides = Rating.objects.values_list("rater__key", "swapped", "scores__value")
    assert sorted(sides) == [
        ("judge9", False, 1), ("w1", False, 0), ("w2", False, 2), ("w3", True, 1),
    ]  # fmt: skip


def test_people_and_judges_are_raters_of_their_kinds(study: Study) -> None:
    kinds = Counter(Score.objects.filter(item__study=study).values_list("kind", flat=True))
    assert kinds == {"person": 3, "judge": 1}


def test_the_same_files_again_change_nothing(study: Study, folder: Path) -> None:
    taken = import_ratings(actor=None, study=study, source=Source(folder), now=timezone.now())
    assert (taken.new, taken.unchanged, taken.refused) == (0, 4, 0)


def test_a_file_of_votes_is_known_by_itself(
    study: Study, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "crowd-comparisons.csv").write_text(CROWD + "2,1,7,9,w1,left,Grey,Mute\n")
    name = f"{study.project.team.slug}/{study.slug}"
    call_command("import_ratings", folder / "crowd-comparisons.csv", study=name)
    assert study.items.count() == 2


def test_the_pages_take_the_folder_as_a_zip(
    project: Project, folder: Path, alice: User, signed_in: Any
) -> None:
    packed = Path(shutil.make_archive(str(folder), "zip", folder))
    client: Client = signed_in(alice)
    upload(client, "conversations:import_upload", project, packed)
    run = project.import_runs.get()
    client.post(reverse("conversations:import_confirm", args=[run.uid]))
    run_pending_jobs()
    upload(client, "annotation:ratings_upload", project, packed, new_study="Votes", source="llmfao")
    assert project.conversations.count() == 3
    assert Rating.objects.filter(item__study__name="Votes").count() == 4


def upload(client: Client, name: str, project: Project, file: Path, **fields: str) -> None:
    sent = {"file": SimpleUploadedFile("votes.zip", file.read_bytes()), **fields}
    answer = client.post(reverse(name, args=[project.uid]), sent)
    assert answer.status_code == 302, answer.content.decode()
    run_pending_jobs()
