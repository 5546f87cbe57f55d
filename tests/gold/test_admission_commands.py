"""From settled items to gold on the command line."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from annotation.models import Item
from gold.models import GoldDataset, Source
from tests import factories
from tests.gold.conftest import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(study, capsys):
    """Calls a command on a dataset of the study's team; what it prints, read as JSON."""
    team = study.project.team.slug

    def call(command, *words):
        call_command(command, f"{team}/best", *words, "--format", "json")
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def named(study):
    return ("--study", f"{study.project.team.slug}/{study.slug}")


@pytest.fixture
def two_settled(study, project):
    for text in (
        "返品したいのですが、どうすればよいですか。",
        "送料はいくらですか。教えてください。",
    ):
        turns = [{"role": "user", "content": text}, {"role": "assistant", "content": "はい。"}]
        settle(factories.make_item(study, factories.make_conversation(project, turns=turns)))


def test_a_dry_run_keeps_nothing(run, named, two_settled):
    found = run("propose_gold", *named, "--create", "Best", "--dry-run")
    assert (found["proposed"], found["passes"]) == (2, 2)
    assert not GoldDataset.objects.exists()


def test_what_the_rules_let_in_becomes_gold(run, named, two_settled):
    run("propose_gold", *named, "--create", "Best", "--source", "expert")
    dataset = GoldDataset.objects.get()
    assert run("admit_gold", "--most", "1", "--dry-run")["admitted"] == 1
    assert not dataset.gold_items.exists()
    assert run("admit_gold")["admitted"] == 2
    assert set(dataset.gold_items.values_list("source", flat=True)) == {Source.EXPERT}
    assert run("admit_gold")["admitted"] == 0


def test_rules_of_a_new_dataset_are_given_and_told(run, named, two_settled):
    found = run("propose_gold", *named, "--create", "Best", "--rules", '{"min_raters": 3}')
    assert found["failed"] == {"min_raters": 2}
    uid = str(GoldDataset.objects.get().candidates.first().uid)
    kept_out = run("admit_gold", "--candidate", uid)
    assert (kept_out["admitted"], kept_out["refused"]["failed"]) == (0, {"min_raters": 1})
    assert run("admit_gold", "--candidate", uid, "--against", "Two are enough.")["admitted"] == 1


def test_what_people_differ_on_becomes_contested(run, named, study):
    item = factories.make_item(study)
    for value in (0, 4):
        factories.make_rating(item, scores={"helpful": value})
    Item.objects.filter(pk=item.pk).update(state=Item.State.DISPUTED)
    run("propose_gold", *named, "--create", "Best", "--disputed")
    assert run("admit_gold", "--contested")["admitted"] == 1
    assert GoldDataset.objects.get().gold_items.get().tier == "contested"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("propose_gold",), "no gold dataset"),
        (("propose_gold", "--create", "Best"), "--create needs --study"),
        (("propose_gold", "--create", "Best", "--rules", "{", "study"), "--rules is no JSON"),
        (("propose_gold", "--create", "Best", "--rules", '{"x": 1}', "study"), "no rule of"),
        (("admit_gold", "--against", "Because."), "no gold dataset"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run, named, words, said):
    given = [one for word in words for one in (named if word == "study" else (word,))]
    with pytest.raises(CommandError, match=said):
        run(*given)
