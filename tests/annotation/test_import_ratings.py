"""Ratings that exist already: each once, each checked, each bad line told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.template.defaultfilters import filesizeformat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, Role, Team, User
from annotation.models import (
    Assignment,
    Item,
    Layer,
    Rater,
    Rating,
    RubricVersion,
    Score,
    Study,
    StudyRater,
    Verdict,
)
from annotation.rating_intake import Taken
from annotation.services import checks, imported_ratings
from annotation.services.drafting import skip_item
from annotation.services.imported_ratings import import_ratings
from annotation.services.raters import rater_for
from conversations.importers import Source
from core.scales import Kind, Level, Target
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests import factories
from tests.annotation.rating_helpers import claim, rater_in
from tests.conftest import member

Lines = Callable[..., Path]


@pytest.fixture
def version(project: Project) -> RubricVersion:
    return factories.make_rubric_version(
        factories.make_rubric(project),
        criteria={
            "helpful": {},
            "breakdown": {"target": Target.TURN, "kind": Kind.NOMINAL, "level": Level.NOMINAL,
                          "points": factories.points("O", "T", "X")},
        },
    )  # fmt: skip


@pytest.fixture
def study(project: Project, version: RubricVersion) -> Study:
    """A study that takes its items from the file."""
    return factories.make_study(project, version, imported=True, overlap=1)


@pytest.fixture
def lines(tmp_path: Path, project: Project) -> Lines:
    """A file of ratings of the conversations one to three, which the project holds."""
    for name in ("one", "two", "three"):
        factories.make_conversation(project, name)

    def write(*ratings: dict[str, Any] | str) -> Path:
        path = tmp_path / "ratings.jsonl"
        path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in ratings))
        return path

    return write


def rating(about: str = "one", rater: str = "r1", **fields: Any) -> dict[str, Any]:
    return {"external_id": about, "rater": rater, "scores": {"helpful": "4"}} | fields


def take(study: Study, path: Path, **how: Any) -> Taken:
    source = Source(path)
    return import_ratings(
        actor=None, study=study, source=source, importer="jsonl", now=timezone.now(), **how
    )


def reasons(taken: Taken) -> str:
    return " ".join(line["reason"] for line in taken.lines)


def test_a_rating_comes_in_with_its_rater_scores_and_item(study: Study, lines: Lines) -> None:
    scores = {"helpful": "4", "breakdown": {"1": "T"}}
    taken = take(study, lines(rating(scores=scores, comment="Hm.", seconds=30)))
    assert (taken.new, taken.scores, taken.refused) == (1, 2, 0)
    stored = Rating.objects.get()
    assert (stored.rater.key, stored.rater.kind, stored.comment) == ("r1", "person", "Hm.")
    assert set(stored.scores.values_list("criterion__key", "turn", "value")) == {
        ("helpful", -1, 3),
        ("breakdown", 1, 1),
    }
    item = Item.objects.get()
    assert (item.slots_total, item.slots_open, item.n_submitted) == (1, 0, 1)
    assert item.inclusion_probability is None


def test_the_same_file_again_changes_nothing_and_says_so(study: Study, lines: Lines) -> None:
    path = lines(rating(), rating(rater="r2"))
    take(study, path)
    taken = take(study, path)
    assert (taken.new, taken.unchanged) == (0, 2)
    assert Score.objects.count() == 2


def test_another_judgement_of_the_same_rater_is_refused_and_both_are_shown(
    study: Study, lines: Lines
) -> None:
    take(study, lines(rating()))
    taken = take(study, lines(rating(scores={"helpful": "2"})))
    assert (taken.new, taken.refused) == (0, 1)
    assert "helpful 4" in reasons(taken)
    assert "helpful 2" in reasons(taken)


def test_a_revision_keeps_the_earlier_rating(study: Study, lines: Lines) -> None:
    take(study, lines(rating()))
    taken = take(study, lines(rating(scores={"helpful": "2"})), revise=True)
    assert (taken.new, taken.revised, taken.refused) == (0, 1, 0)
    now, before = Rating.objects.order_by("-current")
    assert (now.revision_of, before.current, now.scores.get().value) == (before, False, 1)
    assert not before.scores.get().current
    assert Item.objects.get().n_submitted == 1


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (rating("nowhere"), "no conversation “nowhere”"),
        (rating(scores={"kind": "4"}), "Criterion “kind” is not in the rubric"),
        (rating(scores={"helpful": "6"}), "Score “6” is not on the scale"),
        (rating(scores={"helpful": "good"}), "Score “good” is not on the scale"),
        (rating(scores={"helpful": {"1": "4"}}), "about the whole"),
        (rating(scores={"breakdown": "O"}), "about a turn of the assistant"),
        (rating(scores={"breakdown": {"0": "O"}}), "about a turn of the assistant"),
        (rating(scores={"breakdown": {"9": "O"}}), "about a turn of the assistant"),
        (rating(scores={}), "no scores"),
        (rating(external_id_b="two"), "the rubric rates single ones"),
        ('{"external_id": ', ""),
    ],
)
def test_a_bad_line_is_told_with_file_line_and_reason(
    study: Study, lines: Lines, wrong: Any, reason: str
) -> None:
    taken = take(study, lines(rating(rater="good"), wrong))
    assert (taken.new, taken.refused) == (1, 1)
    assert (taken.lines[0]["file"], taken.lines[0]["line"]) == ("ratings.jsonl", 2)
    assert reason in taken.lines[0]["reason"]


def test_numbers_and_their_texts_are_one_point_and_no_answer_cannot_be_judged(
    study: Study, lines: Lines
) -> None:
    answers = ["4", 4, 4.0, "N/A", None]
    take(
        study, lines(*(rating(rater=f"r{n}", scores={"helpful": a}) for n, a in enumerate(answers)))
    )
    assert list(Score.objects.order_by("pk").values_list("value", flat=True)) == [
        3,
        3,
        3,
        None,
        None,
    ]
    assert Score.objects.filter(text__cannot_judge=True).count() == 2


def test_one_rater_twice_on_an_item_in_one_file_is_refused(study: Study, lines: Lines) -> None:
    taken = take(study, lines(rating(), rating(scores={"helpful": "1"})))
    assert (taken.new, taken.refused) == (1, 1)
    assert "twice in this file" in reasons(taken)


def test_raters_of_two_kinds_may_have_one_key(study: Study, lines: Lines) -> None:
    take(study, lines(rating(), rating(kind="judge")))
    assert set(Rater.objects.values_list("kind", "key")) == {("person", "r1"), ("judge", "r1")}
    item = Item.objects.get()
    assert (item.n_submitted, item.slots_total) == (1, 1)


def test_an_imported_study_has_the_overlap_of_its_fullest_item(study: Study, lines: Lines) -> None:
    take(study, lines(rating(), rating(rater="r2"), rating("two")))
    study.refresh_from_db()
    assert study.overlap == 2
    assert dict(Item.objects.values_list("conversation__external_id", "slots_total")) == {
        "one": 2,
        "two": 1,
    }
    assert dict(StudyRater.objects.values_list("rater__key", "n_submitted")) == {"r1": 2, "r2": 1}


def test_full_items_settle_by_the_rule_when_the_file_is_read(study: Study, lines: Lines) -> None:
    take(
        study,
        lines(
            *(rating("one", f"r{n}", scores={"helpful": "4"}) for n in range(3)),
            *(rating("two", f"r{n}", scores={"helpful": str(1 + 2 * n)}) for n in range(3)),
        ),
    )
    assert dict(Item.objects.values_list("conversation__external_id", "state")) == {
        "one": Item.State.SETTLED,
        "two": Item.State.DISPUTED,
    }
    assert Verdict.objects.get().value == 3


def test_more_ratings_later_withdraw_the_consensus_and_settle_anew(
    study: Study, lines: Lines
) -> None:
    take(study, lines(rating()))
    take(study, lines(rating(rater="r2", scores={"helpful": "1"})))
    assert Item.objects.get().state == Item.State.DISPUTED
    assert not Verdict.objects.filter(current=True).exists()


def test_a_drawn_study_gives_its_open_places_and_no_more(
    project: Project, version: RubricVersion, lines: Lines
) -> None:
    study = factories.make_study(project, version, overlap=1)
    path = lines(rating("one"), rating("one", "r2"), rating("two"))
    factories.make_item(study, project.conversations.get(external_id="one"))
    taken = take(study, path)
    assert (taken.new, taken.refused) == (1, 2)
    assert "has or awaits its 1 ratings" in reasons(taken)
    assert "is no item of study" in reasons(taken)
    assert Item.objects.get().slots_open == 0


def test_a_pair_the_other_way_round_is_the_same_item(project: Project, lines: Lines) -> None:
    version = factories.make_rubric_version(
        factories.make_rubric(project),
        criteria={"better": {"target": Target.PAIR, "kind": Kind.NOMINAL, "level": Level.NOMINAL,
                             "points": factories.points("a", "b", "tie")}},
    )  # fmt: skip
    study = factories.make_study(project, version, imported=True)
    one = rating("one", "r1", external_id_b="two", scores={"better": "a"})
    two = rating("two", "r2", external_id_b="one", scores={"better": "b"})
    take(study, lines(one, two))
    assert Item.objects.count() == 1
    assert set(Score.objects.values_list("value", flat=True)) == {0}


def test_an_import_goes_on_where_it_was_killed(
    study: Study, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imported_ratings, "CHUNK", 2)
    path = lines(*(rating(rater=f"r{n}") for n in range(7)))
    kept: list[dict[str, Any]] = []

    def checkpoint(taken: Taken, source: Source) -> None:
        if len(kept) == 2:
            raise ConnectionError
        kept.append(taken.as_data())

    with pytest.raises(ConnectionError):
        take(study, path, checkpoint=checkpoint)
    assert Rating.objects.count() == 4
    taken = take(study, path, taken=Taken(**kept[-1]))
    assert (taken.new, taken.unchanged, Rating.objects.count()) == (7, 0, 7)


# The doors


def upload(client: Client, project: Project, path: Path, **fields: Any) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(
        reverse("annotation:ratings_upload", args=[project.uid]), {"file": file, **fields}
    )


def test_an_upload_becomes_a_job_and_its_page_tells_what_came_in(
    alice: User, project: Project, study: Study, lines: Lines,
    signed_in: Callable[[User], Client],
) -> None:  # fmt: skip
    client = signed_in(alice)
    answer = upload(client, project, lines(rating(), rating("nowhere")), study=study.uid)
    assert answer.status_code == 302
    assert "progress" in client.get(answer.url).content.decode()
    (job,) = run_pending_jobs()
    assert job.state == "done", job.error
    page = client.get(answer.url).content.decode()
    assert "1 rating came into" in page
    assert "nowhere" in page


def test_progress_of_an_import_is_told_in_bytes_not_as_a_count_of_ratings(
    alice: User, project: Project, study: Study, lines: Lines,
    signed_in: Callable[[User], Client],
) -> None:  # fmt: skip
    client = signed_in(alice)
    answer = upload(client, project, lines(rating()), study=study.uid)
    Job.objects.update(done=2048, total=4096)
    page = client.get(answer.url).content.decode()
    assert f"{filesizeformat(2048)} of {filesizeformat(4096)} read" in page


def test_a_file_without_a_scale_of_its_own_makes_no_study(
    alice: User, project: Project, lines: Lines, signed_in: Callable[[User], Client]
) -> None:
    answer = upload(signed_in(alice), project, lines(rating()), new_study="March")
    assert answer.status_code == 422
    assert "brings no scale of its own" in answer.content.decode()
    assert not Study.objects.filter(name="March").exists()


@pytest.mark.parametrize("role", [Role.ADJUDICATOR, Role.RATER, Role.VIEWER])
def test_only_managers_import_ratings(
    team: Team, project: Project, role: Role, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(member(team, "dora", role))
    form = reverse("annotation:ratings_import", args=[project.uid])
    assert client.get(form).status_code == 403
    assert client.post(reverse("annotation:ratings_upload", args=[project.uid])).status_code == 403


def test_the_command_tells_counts_and_leaves_2_for_refused_lines(
    study: Study, lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"{study.project.team.slug}/{study.slug}"
    with pytest.raises(SystemExit) as end:
        call_command("import_ratings", str(lines(rating(), rating("nowhere"))), study=name)
    assert end.value.code == 2
    said = capsys.readouterr()
    assert "1 new ratings (1 scores)" in said.out
    assert "line 2: The project holds no conversation “nowhere”" in said.err


def test_a_rater_whom_a_file_named_by_uid_gets_the_account(alice: User, project: Project) -> None:
    made = factories.make_rater(project, key=str(alice.uid), display_name=str(alice.uid))
    rater = rater_for(alice, project)
    assert (rater, rater.user, rater.display_name) == (made, alice, "Alice")


def test_the_layer_of_a_line_is_kept_and_what_is_not_blind_is_left_out(
    study: Study, lines: Lines
) -> None:
    layers = ["blind", "topup", "extra", "informed", "control", "retest", "training"]
    path = lines(*(rating(rater=f"r-{layer}", layer=layer) for layer in layers))
    taken = take(study, path)
    assert (taken.new, taken.refused) == (2, 0)
    assert "layer “informed”" in reasons(taken)
    stored = Rating.objects.order_by("pk").values_list("rater__key", "layer")
    assert list(stored) == [("r-blind", "blind"), ("r-topup", "topup")]
    assert set(Score.objects.values_list("layer", flat=True)) == {"blind", "topup"}
    assert take(study, path).unchanged == 2


def test_a_conversation_is_not_compared_with_itself(project: Project, lines: Lines) -> None:
    better = {
        "target": Target.PAIR, "kind": Kind.NOMINAL, "level": Level.NOMINAL,
        "points": factories.points("a", "b"),
    }  # fmt: skip
    version = factories.make_rubric_version(factories.make_rubric(project), criteria={"b": better})
    study = factories.make_study(project, version, imported=True, overlap=1)
    taken = take(study, lines(rating(external_id_b="one", scores={"b": "a"})))
    assert "with itself" in reasons(taken)


@pytest.fixture
def drawn(project: Project, version: RubricVersion, lines: Lines) -> Study:
    """A study of two conversations that is rated by hand as well."""
    study = factories.make_study(project, version, overlap=2, retest_rate=0.5, retest_after_hours=1)
    for name in ("one", "two"):
        factories.make_item(study, project.conversations.get(external_id=name))
    return study


def by_bob(bob: User) -> dict[str, Any]:
    scores = {"helpful": "4", "breakdown": {"1": "T"}}
    return rating(rater=str(bob.uid), scores=scores, at="2026-01-05T09:00:00Z")


def test_what_somebody_rated_elsewhere_is_not_given_to_them_again(
    drawn: Study, lines: Lines, bob: User
) -> None:
    assert take(drawn, lines(by_bob(bob))).new == 1
    drawn.retest_rate = 0
    drawn.save()
    rater_for(bob, drawn.project)
    chair = drawn.study_raters.select_related("rater").get()
    assert claim(chair).item.seq == 2
    other = claim(rater_in(drawn))
    assert (other.slot, other.layer) == (2, Layer.BLIND)


def test_what_somebody_rated_elsewhere_comes_again_as_a_check(
    drawn: Study, lines: Lines, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(drawn, lines(by_bob(bob)))
    rater_for(bob, drawn.project)
    monkeypatch.setattr(checks, "lot", lambda *names: 0)
    chair = drawn.study_raters.select_related("rater").get()
    assert claim(chair, timezone.now()).layer == Layer.RETEST


def test_what_is_being_rated_by_hand_is_not_taken_from_a_file(
    drawn: Study, lines: Lines, bob: User
) -> None:
    held = claim(rater_in(drawn, bob))
    taken = take(drawn, lines(by_bob(bob)))
    assert (taken.new, taken.refused) == (0, 1)
    assert "is being rated" in reasons(taken)
    skip_item(actor=bob, assignment=held, reason="I have rated it before.", now=timezone.now())
    assert take(drawn, lines(by_bob(bob))).new == 1
    held.refresh_from_db()
    assert (held.state, held.slot) == (Assignment.State.SUBMITTED, 1)


def test_a_revision_from_a_file_holds_the_same_place(drawn: Study, lines: Lines, bob: User) -> None:
    take(drawn, lines(by_bob(bob)))
    take(drawn, lines(by_bob(bob) | {"comment": "On second thoughts."}), revise=True)
    current = Rating.objects.get(current=True)
    assert current.assignment == Assignment.objects.get()
