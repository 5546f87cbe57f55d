"""Drawing into a study: recorded, repeatable, and honest about probabilities."""

import json

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Item
from annotation.services.draws import draw_items
from core.errors import DomainError
from core.scales import Kind, Level, Target
from tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON


@pytest.fixture
def study(project):
    return factories.make_study(project)


@pytest.fixture
def pool(project):
    """Twenty conversations, half of them Japanese."""
    return [
        factories.make_conversation(
            project,
            f"c-{number:02}",
            language="ja" if number % 2 else "en",
            imported_at=NOON,
            metadata={"topic": "refund" if number < 5 else "delivery"},
        )
        for number in range(20)
    ]


def take(alice, study, size=5, **options):
    options = {"seed": 7, "now": NOON} | options
    return draw_items(actor=alice, study=study, size=size, **options)


def drawn(study):
    return list(study.items.order_by("seq").values_list("conversation__external_id", flat=True))


def test_the_same_seed_draws_the_same_items(alice, project, pool, study):
    again = factories.make_study(project)
    take(alice, study)
    take(alice, again)
    assert drawn(study) == drawn(again)


def test_each_item_knows_its_probability(alice, pool, study):
    take(alice, study, size=5)
    assert set(study.items.values_list("inclusion_probability", flat=True)) == {0.25}


def test_the_ledger_says_what_the_pool_was(alice, pool, study):
    ledger = take(alice, study, where='"meta.topic" == refund')
    assert (ledger.pool_size, ledger.size) == (5, 5)


def test_strata_have_probabilities_of_their_own(alice, pool, study):
    ledger = take(alice, study, size=6, strata="language", allocation="equal")
    assert [row["drawn"] for row in ledger.table] == [3, 3]


def test_a_later_draw_leaves_out_what_is_there(alice, pool, study):
    take(alice, study, size=10)
    take(alice, study, size=10, seed=8)
    assert len(set(drawn(study))) == 20


def test_the_overall_probability_counts_both_draws(alice, pool, study):
    take(alice, study, size=10)
    take(alice, study, size=5, seed=8)
    later = study.items.filter(draw__seed=8).first()
    assert later.conditional_probability == pytest.approx(0.5)
    assert later.inclusion_probability == pytest.approx(0.75)


def test_what_came_in_after_the_first_draw_could_not_be_drawn_by_it(alice, project, pool, study):
    take(alice, study, size=20)
    factories.make_conversation(project, "late")
    take(alice, study, size=1, seed=8)
    assert study.items.get(conversation__external_id="late").inclusion_probability == 1.0


def test_a_pool_that_is_too_small_says_how_small(alice, pool, study):
    with pytest.raises(DomainError, match="holds 20"):
        take(alice, study, size=21)
    assert not Item.objects.exists()


def test_an_unknown_strata_field_is_refused(alice, pool, study):
    with pytest.raises(DomainError, match="no field"):
        take(alice, study, strata="colour")


def test_pairs_put_two_answers_to_one_input_side_by_side(alice, project):
    a, b = (factories.make_variant(project, name) for name in "ab")
    for number in range(3):
        for variant in (a, b):
            factories.make_conversation(
                project, f"{variant}-{number}", variant=variant, input_key=f"input-{number}"
            )
    version = factories.make_rubric_version(
        factories.make_rubric(project),
        criteria={
            "better": {
                "target": Target.PAIR,
                "kind": Kind.NOMINAL,
                "level": Level.NOMINAL,
                "points": factories.points("a", "b", "tie", "both_bad"),
            }
        },
    )
    study = factories.make_study(project, version)
    take(alice, study, size=3, variants=(a, b))
    assert all(
        item.conversation.input_key == item.conversation_b.input_key
        for item in study.items.select_related("conversation", "conversation_b")
    )


def test_pairs_need_two_variants(alice, project, pool):
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"better": {"target": Target.PAIR}}
    )
    with pytest.raises(DomainError, match="two different variants"):
        take(alice, factories.make_study(project, version), size=1)


def test_the_command_draws_and_prints_the_ledger(project, pool, study, capsys):
    name = f"{project.team.slug}/{study.slug}"
    call_command("draw", "--study", name, "--size", "4", "--seed", "3", "--format", "json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["size"], printed["pool"], printed["seed"]) == (4, 20, 3)


def test_the_command_refuses_in_one_line(project, study):
    name = f"{project.team.slug}/{study.slug}"
    with pytest.raises(CommandError, match="pool holds 0"):
        call_command("draw", "--study", name, "--size", "4")
