"""Pair studies over any number of variants: drawn, recorded, and told on the page."""

import json
from collections import Counter
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from annotation.draw_ledger import ledger_lines
from annotation.management.commands.draw import variants_named
from annotation.models import Draw
from annotation.services.draws import draw_items
from core.errors import DomainError
from core.scales import Kind, Level, Target
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON


@pytest.fixture
def variants(project):
    return {name: factories.make_variant(project, name) for name in "abc"}


def answer(variant, number, **fields):
    return factories.make_conversation(
        variant.project,
        f"{variant.name}-{number}",
        variant=variant,
        input_key=f"input-{number}",
        imported_at=NOON,
        **fields,
    )


@pytest.fixture
def study(project, variants):
    """Compares pairs; each of three variants answered ten inputs."""
    for number in range(10):
        for variant in variants.values():
            answer(variant, number, language="ja" if number < 6 else "en")
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
    return factories.make_study(project, version)


def take(study, size=9, **options):
    return draw_items(actor=None, study=study, size=size, **{"seed": 7, "now": NOON} | options)


def met(study):
    """How often each two variants are compared in the study."""
    items = study.items.select_related("conversation__variant", "conversation_b__variant")
    return Counter(
        tuple(sorted((item.conversation.variant.name, item.conversation_b.variant.name)))
        for item in items
    )


def test_all_variants_meet_equally_often_on_common_inputs(study):
    take(study)
    assert met(study) == {("a", "b"): 3, ("a", "c"): 3, ("b", "c"): 3}
    for item in study.items.select_related("conversation", "conversation_b"):
        assert item.conversation.input_key == item.conversation_b.input_key


def test_each_pair_knows_its_probability(study):
    take(study)
    told = study.items.values_list("inclusion_probability", flat=True)
    assert list(told) == pytest.approx([0.3] * 9)


def test_the_ledger_names_the_pairs_and_what_they_gave(study, variants):
    ledger = take(study, per_input=1)
    assert ledger.pair == [str(variant.uid) for variant in variants.values()]
    assert (ledger.allocation, ledger.per_input, ledger.pool_size) == ("balanced", 1, 30)
    assert [row["stratum"] for row in ledger.table] == ["a · b", "a · c", "b · c"]
    assert all(row["is_exact"] and row["drawn"] == 3 for row in ledger.table)


def test_a_limit_spreads_pairs_over_inputs(study):
    take(study, size=10, per_input=1)
    inputs = study.items.values_list("conversation__input_key", flat=True)
    assert len(set(inputs)) == 10


def test_the_same_seed_draws_the_same_pairs(study, project):
    again = factories.make_study(project, study.rubric_version)
    take(study)
    take(again)
    chosen = ("seq", "conversation", "conversation_b")
    assert list(study.items.values_list(*chosen)) == list(again.items.values_list(*chosen))


def test_only_answers_that_match_are_compared(study):
    take(study, size=18, where="language == ja")
    assert set(study.items.values_list("conversation_b__language", flat=True)) == {"ja"}
    with pytest.raises(DomainError, match="asks for 1 comparisons, and the pool holds 0"):
        take(study, size=1, seed=8, where="language == ja")


def test_a_later_draw_evens_out_and_counts_the_earlier(study, variants):
    take(study, size=4, variants=[variants["a"], variants["b"]])
    take(study, size=8, seed=8)
    assert met(study) == {("a", "b"): 4, ("a", "c"): 4, ("b", "c"): 4}
    assert set(
        study.items.filter(draw__seed=8).values_list("inclusion_probability", flat=True)
    ) == {0.4}


def test_the_overall_probability_counts_both_draws_of_a_pair(study, variants):
    take(study, size=5, variants=[variants["a"], variants["b"]])
    take(study, size=18, seed=8)
    later = study.items.filter(draw__seed=8, conversation_b__variant=variants["b"]).first()
    row = next(row for row in Draw.objects.get(seed=8).table if row["stratum"] == "a · b")
    assert (row["pool"], later.conditional_probability) == (5, row["drawn"] / 5)
    assert later.inclusion_probability == pytest.approx(1 - 0.5 * (1 - row["drawn"] / 5))


def test_two_variants_after_several_know_that_they_could_have_been_drawn(study, variants):
    take(study)
    take(study, size=1, seed=8, variants=[variants["a"], variants["b"]])
    later = study.items.get(draw__seed=8)
    assert later.inclusion_probability == pytest.approx(1 - 0.7 * (1 - 1 / 7))


def test_an_answer_that_came_in_later_could_not_be_drawn_before(study, variants):
    take(study, size=30)
    late = NOON.replace(hour=23)
    factories.make_conversation(
        study.project, "a-late", variant=variants["a"], input_key="late", imported_at=NOON
    )
    factories.make_conversation(
        study.project, "b-late", variant=variants["b"], input_key="late", imported_at=late
    )
    take(study, size=1, seed=8)
    assert study.items.get(draw__seed=8).inclusion_probability == 1


def test_variants_of_one_name_are_told_apart(study, project):
    twin = factories.make_variant(project, "a", fingerprint="0123456789")
    for number in range(10):
        factories.make_conversation(
            project, f"twin-{number}", variant=twin, input_key=f"input-{number}"
        )
    take(study, size=12)
    (line,) = ledger_lines(study)
    assert "a 01234567" in dict(line.balance.variants)
    assert line.balance.n_met == 6


def test_a_variant_without_common_inputs_is_named(study, project):
    alone = factories.make_variant(project, "alone")
    answer(alone, 99)
    with pytest.raises(DomainError, match="both by alone and by the other variants"):
        take(study)
    assert not study.items.exists()


def test_a_field_of_strata_needs_two_variants(study):
    with pytest.raises(DomainError, match="each pair of them is a stratum already"):
        take(study, strata="language")


@pytest.mark.parametrize("names", ["a", "aa"])
def test_one_variant_is_no_comparison(study, variants, names):
    with pytest.raises(DomainError, match="two different variants"):
        take(study, variants=[variants[name] for name in names])


def test_the_balance_is_that_of_the_items(study):
    take(study, size=8)
    (line,) = ledger_lines(study)
    balance, times = line.balance, met(study)
    assert (balance.fewest, balance.most) == (min(times.values()), max(times.values()))
    seen = Counter(name for pair in times.elements() for name in pair)
    assert dict(balance.variants) == seen
    assert (balance.n_met, balance.n_pairs) == (3, len(list(combinations("abc", 2))))


def test_a_draw_of_two_variants_has_no_balance(study, variants):
    take(study, variants=[variants["a"], variants["b"]])
    (line,) = ledger_lines(study)
    assert (line.variants, line.balance) == (("a", "b"), None)


def post(client, study, **data):
    url = reverse("annotation:study_draw", args=[study.uid])
    return client.post(url, {"size": 9, "seed": 7, "allocation": "proportional"} | data)


def test_the_page_draws_over_all_variants_and_shows_the_balance(signed_in, alice, study):
    client = signed_in(alice)
    assert "Variants to compare" in client.get(study.get_absolute_url()).content.decode()
    assert post(client, study, per_input=1).status_code == 302
    page = client.get(study.get_absolute_url()).content.decode()
    assert "pairs of 3 variants" in page
    assert "Each variant is compared 6 times, and each two of them 3 times" in page
    assert "At most 1 pair was drawn on one input." in page


def test_the_page_draws_over_the_chosen_variants(signed_in, alice, study, variants):
    chosen = [variants["a"].pk, variants["c"].pk]
    assert post(signed_in(alice), study, variants=chosen).status_code == 302
    assert met(study) == {("a", "c"): 9}


def test_a_refusal_keeps_what_was_chosen(signed_in, alice, study, variants):
    chosen = [variants["a"].pk, variants["b"].pk]
    refused = post(signed_in(alice), study, variants=chosen, size=11)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "the pool holds 10" in page
    assert page.count("checked") == 2


def test_one_chosen_variant_is_refused_in_the_form(signed_in, alice, study, variants):
    refused = post(signed_in(alice), study, variants=[variants["a"].pk])
    assert refused.status_code == 422
    assert "Choose two different variants or more" in refused.content.decode()


def test_other_studies_are_not_asked_for_variants(signed_in, alice, project):
    page = signed_in(alice).get(factories.make_study(project).get_absolute_url())
    assert "Variants to compare" not in page.content.decode()


def test_a_draw_in_the_background_compares_the_same(study, monkeypatch, signed_in, alice):
    monkeypatch.setattr("annotation.views.studies.DRAW_AT_ONCE", 1)
    post(signed_in(alice), study, size=10, per_input=1)
    (job,) = run_pending_jobs()
    assert job.state == Job.State.DONE, job.error
    assert study.draws.get().per_input == 1
    assert met(study).total() == 10


def test_the_command_compares_the_named_variants(study, project, capsys):
    name = f"{project.team.slug}/{study.slug}"
    call_command(
        "draw",
        "--study",
        name,
        "--size",
        "4",
        "--variant",
        "a",
        "--variant",
        "c",
        "--format",
        "json",
    )
    assert len(json.loads(capsys.readouterr().out)["variants"]) == 2
    assert met(study) == {("a", "c"): 4}


def test_the_command_says_how_even_it_is(study, project, capsys):
    name = f"{project.team.slug}/{study.slug}"
    call_command("draw", "--study", name, "--size", "9", "--per-input", "1", "--seed", "1")
    assert "3 of 3 pairs of variants met" in capsys.readouterr().out


def test_the_command_lists_the_variants_there_are(study, project):
    name = f"{project.team.slug}/{study.slug}"
    with pytest.raises(CommandError, match=r"no variant “d”\. It has: a, b, c"):
        call_command("draw", "--study", name, "--size", "4", "--variant", "d")


def test_which_answer_an_item_holds_first_is_settled_by_lot(study, variants):
    take(study, size=30)
    first = Counter(study.items.values_list("conversation__variant__name", flat=True))
    assert set(first) == {"a", "b", "c"}
    assert min(first.values()) >= 5


def test_the_same_answers_lie_the_same_way_in_every_study(study, project, variants):
    again = factories.make_study(project, study.rubric_version)
    take(study, size=30)
    take(again, size=10, seed=8, variants=[variants["b"], variants["a"]])
    pairs = set(study.items.values_list("conversation", "conversation_b"))
    assert set(again.items.values_list("conversation", "conversation_b")) <= pairs


def test_a_pair_that_a_study_holds_is_not_drawn_again_the_other_way_round(study, variants):
    two = [variants["b"], variants["a"]]
    take(study, size=10, variants=[variants["a"], variants["b"]])
    with pytest.raises(DomainError, match="the pool holds 0"):
        take(study, size=1, seed=8, variants=two)


@pytest.mark.parametrize("n", [10, 60])
def test_a_variant_that_is_not_there_is_answered_with_those_most_like_it(study, project, n):
    for number in range(n - project.variants.count()):
        factories.make_variant(project, f"model-{number:02}")
    with pytest.raises(CommandError, match="no variant “model-07x”") as refused:
        variants_named(study, ["model-07x"])
    named = str(refused.value).partition("It has: ")[2].split(", ")
    assert "model-0" in str(named)
    assert (len(named), named[-1] == "….") == ((10, False) if n == 10 else (11, True))
