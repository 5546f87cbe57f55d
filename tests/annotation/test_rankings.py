"""Several answers put in order: drawn, shown, answered, stored, settled, and told again."""

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from analytics import exports
from annotation.answers import Unit, check, questions_of
from annotation.draws import DrawError
from annotation.item_ratings import ItemPage, Typed
from annotation.models import Assignment, Item, ItemAnswer, Score, Study, Verdict
from annotation.ranking_forms import fields_of, read_rankings
from annotation.rankings import in_words, outcomes_of, ranks_of
from annotation.rubric_cache import criteria_of
from annotation.selectors import own_ratings
from annotation.services.draws import draw_items
from annotation.services.imported_ratings import import_ratings
from annotation.sides import Sides
from annotation.standing import standing_of
from conversations.importers import Source
from core.scales import Kind, Level, Target
from gold.payload import payload_of
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, rater_in, submit

POINTS = factories.points("a", "b", "tie", "both_bad")
A, B, TIE = range(3)
BETTER = {
    "target": Target.PAIR, "kind": Kind.NOMINAL, "level": Level.NOMINAL, "points": POINTS,
    "cannot_judge": True,
}  # fmt: skip
REASON = {"target": Target.PAIR, "kind": Kind.TEXT, "level": "", "points": [], "required": False}


@pytest.fixture
def study(project: Project) -> Study:
    """Of four variants that answered three inputs."""
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"better": BETTER, "reason": REASON}
    )
    for name in ("one", "two", "three", "four"):
        variant = factories.make_variant(project, name)
        for number in range(3):
            factories.make_conversation(
                project,
                f"{number}:{name}",
                [
                    {"id": "0", "role": "user", "content": f"Question {number}?"},
                    {"id": "1", "role": "assistant", "content": f"Answer of {name}."},
                ],
                variant=variant,
                input_key=f"input {number}",
                group_key=f"input {number}",
            )
    return factories.make_study(project, version, overlap=2)


def ranking_in(study: Study, answers: int = 3) -> Item:
    variants = list(study.project.variants.order_by("pk")[:answers])
    draw_items(actor=None, study=study, size=1, seed=1, now=NOW, answers=answers, variants=variants)
    return study.items.get()


# The arithmetic


@pytest.mark.parametrize(
    "ranks", [[1, 2, 3], [3, 1, 2], [1, 1, 3], [1, 2, 2], [1, 1, 1], [2, 1, 4, 2]]
)
def test_ranks_come_back_from_their_pairs(ranks: list[int]) -> None:
    assert ranks_of(outcomes_of(ranks), len(ranks)) == ranks


def test_an_answer_without_a_place_stands_behind_those_that_have_one() -> None:
    assert outcomes_of([None, 1, None]) == {(0, 1): "b", (1, 2): "a"}
    assert ranks_of(outcomes_of([None, 1, None]), 3) == [None, 1, None]


def test_the_last_answer_needs_no_place_of_its_own() -> None:
    assert ranks_of(outcomes_of([2, 1, None]), 3) == [2, 1, 3]


def test_a_ranking_is_told_by_the_letters_of_its_page() -> None:
    assert in_words([1, 3, 1], order=[2, 1, 0]) == "A = C > B"


# Drawing


def test_a_draw_takes_sets_of_answers_to_one_input(study: Study) -> None:
    ledger = draw_items(actor=None, study=study, size=8, seed=3, now=NOW, answers=3)
    met: Counter[frozenset[str]] = Counter()
    for item in study.items.all():
        answers = [one.conversation for one in item.answers.order_by("position")]
        assert (item.n_answers, len({one.variant_id for one in answers})) == (3, 3)
        assert {one.input_key for one in answers} == {item.group_key}
        assert (item.conversation, item.conversation_b) == tuple(answers[:2])
        met.update(frozenset(two) for two in combinations([one.variant.name for one in answers], 2))
    assert ledger.size == 8
    assert len(met) == 6
    assert max(met.values()) - min(met.values()) <= 1


def test_a_later_draw_takes_other_sets_and_other_pairs(study: Study) -> None:
    draw_items(actor=None, study=study, size=12, seed=3, now=NOW, answers=3)
    with pytest.raises(DrawError):
        draw_items(actor=None, study=study, size=1, seed=4, now=NOW, answers=3)
    draw_items(actor=None, study=study, size=18, seed=4, now=NOW)
    assert Counter(study.items.values_list("n_answers", flat=True)) == {3: 12, 2: 18}


@pytest.mark.parametrize(("answers", "words"), [(10, "too many"), (5, "among 4 variants")])
def test_a_draw_of_too_many_answers_is_refused(study: Study, answers: int, words: str) -> None:
    with pytest.raises(DrawError, match=words):
        draw_items(actor=None, study=study, size=1, seed=1, now=NOW, answers=answers)


def test_the_command_draws_rankings(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"{study.project.team.slug}/{study.slug}"
    call_command("draw", study=name, size=2, seed=1, answers=4)
    assert "Drew 2 of 3" in capsys.readouterr().out
    assert list(study.items.values_list("n_answers", flat=True)) == [4, 4]


def test_the_page_draws_rankings(study: Study, alice: User, signed_in: Any) -> None:
    sent = {"size": 2, "seed": 1, "allocation": "proportional", "answers": 3, "per_input": 1}
    client: Client = signed_in(alice)
    client.post(reverse("annotation:study_draw", args=[study.uid]), sent)
    assert ItemAnswer.objects.filter(item__study=study).count() == 6


# Asking and answering


def test_every_two_answers_are_a_unit_and_the_rest_is_asked_once(study: Study) -> None:
    questions = questions_of(criteria_of(study.rubric_version), [], n_answers=3)
    assert [(one.criterion.key, tuple(one.unit)) for one in questions] == [
        ("better", (0, 1)), ("better", (0, 2)), ("better", (1, 2)), ("reason", (-1, -1)),
    ]  # fmt: skip


def form(**fields: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name.replace("__", "."): value for name, value in fields.items()})
    return data


def test_ranks_are_read_by_the_places_of_the_page(study: Study) -> None:
    questions = questions_of(criteria_of(study.rubric_version), [], n_answers=3)
    sent = form(q__better__0="1", q__better__1="3", q__better__2="2")
    answers = read_rankings(sent, questions, order=[2, 0, 1])
    assert {name: said.chosen for name, said in answers.items()} == {
        "better.0.1": "b", "better.0.2": "b", "better.1.2": "b",
    }  # fmt: skip
    assert set(sent) <= fields_of(questions, 3)


def test_who_cannot_judge_a_ranking_cannot_judge_any_of_its_pairs(study: Study) -> None:
    criteria = criteria_of(study.rubric_version)
    questions = questions_of(criteria, [], n_answers=3)
    sent = form(cannot__better="1", why__better="All in Latin.", q__better__0="1")
    checked = check(questions, criteria, read_rankings(sent, questions, order=[0, 1, 2]))
    assert [(one.unit, one.cannot_judge, one.words) for one in checked.given] == [
        (Unit(0, 1), True, "All in Latin."),
        (Unit(0, 2), True, "All in Latin."),
        (Unit(1, 2), True, "All in Latin."),
    ]


@pytest.fixture
def desk(study: Study, bob: User, signed_in: Any) -> tuple[Client, Assignment]:
    ranking_in(study)
    chair = rater_in(study, bob)
    return signed_in(bob), claim(chair)


def send(client: Client, assignment: Assignment, name: str = "submit", **fields: str) -> Any:
    data = {"client_key": str(uuid4()), "version": "1", **fields}
    return client.post(reverse(f"annotation:{name}", args=[assignment.uid]), data)


def test_the_order_of_the_page_is_drawn_for_each_rater(study: Study) -> None:
    ranking_in(study, answers=4)
    study.overlap = 9
    Item.objects.update(slots_open=9, slots_total=9)
    orders = {tuple(claim(rater_in(study)).display["order"]) for _rater in range(9)}
    assert len(orders) > 2
    assert {frozenset(order) for order in orders} == {frozenset(range(4))}


def test_the_page_shows_the_answers_by_letters_and_asks_for_their_order(
    desk: tuple[Client, Assignment],
) -> None:
    client, assignment = desk
    page = client.get(reverse("annotation:rate", args=[assignment.study.uid])).content.decode()
    order = assignment.display["order"]
    answers = list(assignment.item.answers.order_by("position"))
    shown = [answers[position].conversation.turns[1]["content"] for position in order]
    assert [page.index(words) for words in shown] == sorted(page.index(words) for words in shown)
    assert page.count("Question ") == 1
    for place in range(3):
        assert f'name="q.better.{place}"' in page
    for secret in ("one:", "variant", "input 0"):
        assert secret not in page


def test_a_submit_stores_all_pairs_by_position(desk: tuple[Client, Assignment]) -> None:
    client, assignment = desk
    best, middle, worst = assignment.display["order"]
    answer = send(client, assignment, **{"q.better.0": "1", "q.better.1": "2", "q.better.2": "3"})
    assert answer.status_code == 302
    stored = {(one.turn, one.passage): one.value for one in Score.objects.all()}
    for better, worse in ((best, middle), (best, worst), (middle, worst)):
        low, high = sorted((better, worse))
        assert stored[low, high] == (A if low == better else B)
    assert len(stored) == 3


def test_a_shared_place_is_a_tie(desk: tuple[Client, Assignment]) -> None:
    client, assignment = desk
    send(client, assignment, **{"q.better.0": "1", "q.better.1": "1", "q.better.2": "1"})
    assert set(Score.objects.values_list("value", flat=True)) == {TIE}


def test_a_ranking_that_is_not_whole_is_refused_in_one_sentence(
    desk: tuple[Client, Assignment],
) -> None:
    client, assignment = desk
    answer = send(client, assignment, **{"q.better.0": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Not every answer has a place") == 1
    assert "One answer is missing" in page
    assert '<option value="1" selected>' in page


def test_a_field_beyond_the_answers_is_refused(desk: tuple[Client, Assignment]) -> None:
    client, assignment = desk
    assert send(client, assignment, **{"q.better.3": "1"}).status_code == 422


def test_a_draft_keeps_what_has_a_place(desk: tuple[Client, Assignment]) -> None:
    client, assignment = desk
    send(client, assignment, "draft", **{"q.better.1": "1"})
    page = client.get(reverse("annotation:rate", args=[assignment.study.uid])).content.decode()
    assert page.count("selected>") == 1
    assert page.index('name="q.better.1"') < page.index("selected>") < page.index("q.better.2")


def test_undo_brings_the_ranking_back(desk: tuple[Client, Assignment]) -> None:
    client, assignment = desk
    send(client, assignment, **{"q.better.0": "2", "q.better.1": "1", "q.better.2": "2"})
    client.post(reverse("annotation:undo", args=[assignment.study.uid]))
    page = client.get(reverse("annotation:rate", args=[assignment.study.uid])).content.decode()
    assert page.count('<option value="2" selected>') == 2
    assert page.count('<option value="1" selected>') == 1


def test_ones_own_list_tells_the_ranking_by_letters(
    desk: tuple[Client, Assignment], study: Study
) -> None:
    client, assignment = desk
    send(client, assignment, **{"q.better.0": "2", "q.better.1": "1", "q.better.2": "2"})
    (rating,) = own_ratings(study.study_raters.get())
    assert [one.answer for one in rating.said] == ["B > A = C"]


# Settling, and what leaves the house


def ranked_by(study: Study, *rankings: list[int]) -> Item:
    item = ranking_in(study)
    for ranks in rankings:
        assignment = claim(rater_in(study))
        outcomes = outcomes_of(ranks)
        answers = {f"better.{first}.{second}": side for (first, second), side in outcomes.items()}
        submit(assignment, answers)
    item.refresh_from_db()
    return item


def test_every_two_answers_settle_for_themselves(study: Study) -> None:
    item = ranked_by(study, [1, 2, 3], [1, 3, 2])
    assert item.state == Item.State.DISPUTED
    settled = {(one.turn, one.passage): one.value for one in Verdict.objects.all()}
    assert settled == {(0, 1): A, (0, 2): A}
    standing = standing_of(item)
    assert [key[1:] for key in standing.open] == [(1, 2)]


def test_the_item_page_names_the_two_answers_in_dispute(study: Study) -> None:
    item = ranked_by(study, [1, 2, 3], [1, 3, 2])
    shown = ItemPage(item=item, standing=standing_of(item), typed=Typed())
    assert shown.layout == "ranking"
    (row,) = [row for row in shown.rows if row.ask]
    first, second = Sides.of_item(item).names(Unit(1, 2)) or ("", "")
    assert row.title == f"Better: {first} or {second}"
    assert row.ask
    assert row.ask.options[0].label == first
    assert {cell.text for cell in row.cells} == {first, second}


def test_a_decided_ranking_names_the_variant_of_each_answer(
    study: Study, alice: User, signed_in: Any
) -> None:
    item = ranked_by(study, [1, 2, 3], [1, 2, 3])
    assert item.state == Item.State.SETTLED
    page = signed_in(alice).get(reverse("annotation:item", args=[item.uid])).content.decode()
    answers = [one.conversation for one in item.answers.order_by("position")]
    for place, position in enumerate(Sides.of_item(item).order):
        assert f"{'ABC'[place]} from “{answers[position].variant}”" in page


def test_the_sheet_of_keys_names_those_of_a_ranking(desk: tuple[Client, Assignment]) -> None:
    client, assignment = desk
    page = client.get(reverse("annotation:rate", args=[assignment.study.uid])).content.decode()
    assert "give this one the next place" in page


def test_the_ledger_calls_sets_of_several_answers_by_their_name(
    study: Study, alice: User, signed_in: Any
) -> None:
    draw_items(actor=None, study=study, size=8, seed=3, now=NOW, answers=3)
    page = signed_in(alice).get(study.get_absolute_url()).content.decode()
    assert "sets of 3 of 4 variants" in page
    assert "4 sets of variants" in page
    assert "pairs of 4 variants" not in page


def test_an_adjudicator_settles_the_pair(study: Study, alice: User, signed_in: Any) -> None:
    item = ranked_by(study, [1, 2, 3], [1, 3, 2])
    client: Client = signed_in(alice)
    assert client.get(reverse("annotation:item", args=[item.uid])).status_code == 200
    client.post(
        reverse("annotation:item_decide", args=[item.uid]),
        {
            "q.better.1.2": "left",
            "reason": "The second one is longer only.",
            "seen": standing_of(item).version,
        },
    )
    item.refresh_from_db()
    assert item.state == Item.State.SETTLED
    is_turned = Sides.of_item(item).is_swapped(Unit(1, 2))
    assert Verdict.objects.get(turn=1).value == (B if is_turned else A)


def test_an_export_names_all_answers_and_pairs(study: Study) -> None:
    item = ranked_by(study, [1, 2, 3])
    line = orjson.loads(b"".join(exports.jsonl(study)).splitlines()[0])
    ids = [one.conversation.external_id for one in item.answers.order_by("position")]
    assert [line["external_id"], *orjson.loads(line["external_id_b"])] == ids
    assert line["scores"] == {"better": {"0:1": "a", "0:2": "a", "1:2": "a"}}


def test_gold_holds_all_answers_and_names_them_by_position(study: Study) -> None:
    item = ranked_by(study, [1, 2, 3], [1, 2, 3])
    payload = payload_of(item, list(item.verdicts.select_related("criterion")))
    third = item.answers.get(position=2).conversation
    assert [one["id"] for one in payload["further_answers"]] == [third.external_id]
    labels = [(one["answers"], one["value"]) for one in payload["labels"]["better"]]
    assert labels == [([0, 1], "a"), ([0, 2], "a"), ([1, 2], "a")]


def test_an_exported_ranking_is_imported_as_it_was(study: Study, tmp_path: Path) -> None:
    item = ranked_by(study, [1, 2, 3], [3, 1, 1])
    file = tmp_path / "ratings.jsonl"
    file.write_bytes(b"".join(exports.jsonl(study)))
    copy = factories.make_study(study.project, study.rubric_version, imported=True, overlap=1)
    taken = import_ratings(actor=None, study=copy, source=Source(file), now=NOW)
    assert (taken.new, taken.refused) == (2, 0)
    new = copy.items.get()
    assert new.n_answers == 3
    assert positions(new) == positions(item)
    facts = ("turn", "passage", "value", "rater__kind")
    assert sorted(new.scores.values_list(*facts)) == sorted(item.scores.values_list(*facts))
    assert new.n_submitted == 2


def test_a_ranking_of_a_file_goes_into_the_item_however_it_orders_the_answers(
    study: Study, tmp_path: Path
) -> None:
    item = ranking_in(study)
    first, second, third = positions(item)
    line = {
        "external_id": third, "external_id_b": orjson.dumps([first, second]).decode(),
        "rater": "r1", "scores": {"better": {"0:1": "a", "0:2": "b", "1:2": "b"}},
    }  # fmt: skip
    file = tmp_path / "ratings.jsonl"
    file.write_bytes(orjson.dumps(line))
    assert import_ratings(actor=None, study=study, source=Source(file), now=NOW).new == 1
    said = {(one.turn, one.passage): one.value for one in item.scores.all()}
    assert said == {(0, 2): B, (1, 2): A, (0, 1): B}


def test_a_ranking_about_no_two_answers_is_refused(study: Study, tmp_path: Path) -> None:
    first, second, third = positions(ranking_in(study))
    line = {
        "external_id": first, "external_id_b": orjson.dumps([second, third]).decode(),
        "rater": "r1", "scores": {"better": {"0:3": "a"}},
    }  # fmt: skip
    file = tmp_path / "ratings.jsonl"
    file.write_bytes(orjson.dumps(line))
    taken = import_ratings(actor=None, study=study, source=Source(file), now=NOW)
    assert "about two of 3 answers" in taken.lines[0]["reason"]


def positions(item: Item) -> list[str]:
    return list(
        item.answers.order_by("position").values_list("conversation__external_id", flat=True)
    )
