"""Outputs of a run put before raters, and what they settle."""

import pytest
from django.urls import reverse

from annotation.models import Verdict
from annotation.services.raters import rater_for
from core.errors import DomainError
from gold.coverage import coverage_of, slices_of
from gold.runs.bars import bars_of
from gold.runs.outcomes import judged
from gold.runs.shown import item_lines, report_of
from gold.services.candidates import propose_settled
from gold.services.erasing import forget_outputs
from gold.services.run_studies import outputs_to_draw, put_outputs_before_raters
from tests import factories
from tests.gold.brought import bring

pytestmark = pytest.mark.django_db


def put(run, raters, **given):
    bar = next(one for _version, bars in bars_of(run.release) for one in bars if one.at_least == 2)
    return put_outputs_before_raters(
        actor=None,
        run=run,
        bar=bar,
        raters=raters,
        **{"which": "all", "size": 10, "seed": 7, "overlap": 1, "now": factories.NOON, **given},
    )


def settle(made, values):
    """What people say of each output, in the order of the study."""
    criterion = made.study.rubric_version.criteria.get()
    for item, value in zip(made.study.items.order_by("seq"), values, strict=True):
        Verdict.objects.create(item=item, criterion=criterion, value=value, source="consensus")


@pytest.fixture
def raters(alice, project):
    return [rater_for(alice, project)]


def test_what_people_settle_of_outputs_decides_before_the_rule(publish, raters):
    release = publish(3)
    old = bring(release, [True, True, False]).run
    new = bring(release, [True, True, None], "v2").run
    made = put(new, raters)
    conversations = [one.conversation for one in made.study.items.select_related("conversation")]
    assert [one.turns[-1]["content"] for one in conversations] == ["v2 True"] * 2
    assert {one.variant.name for one in conversations} == {"v2"}
    assert all(len(one.external_id) <= 20 for one in conversations)  # a page shows it
    assert "v2" not in made.study.name
    assert report_of(new, old).change.counts["broken"] == 0
    settle(made, [1, 3])
    found = report_of(new, old)
    assert found.share.value == 0.5
    assert found.agreed == (1, 2)
    assert "The rule says the same as they do of 1 of 2 outputs" in found.people_words
    assert [line.outcome.passed for line in item_lines(found, show="failed")] == [False]
    assert len(report_of(new, old, by="people").outcomes) == 2


def test_runs_are_compared_by_what_judged_both(publish, raters):
    release = publish(2)
    old = bring(release, [True, True]).run
    new = bring(release, [True, True], "v2").run
    settle(put(new, raters), [1, 3])
    assert report_of(new, old).change.counts["broken"] == 0
    settle(put(old, raters, seed=8), [3, 3])
    assert report_of(new, old).change.counts["broken"] == 1
    assert report_of(new, old, by="rule").change.counts["broken"] == 0
    old.outputs.update(passed=None)
    old.studies.all().delete()
    found = report_of(new, old)
    assert (found.mixed, len(found.change.items)) == (0, 0)
    new.outputs.update(passed=None)
    old.outputs.update(passed=True)
    found = report_of(new, old)
    assert (found.mixed, len(found.change.items)) == (2, 0)
    assert "2 items are not compared" in found.people_words


def test_what_people_settled_counts_for_every_run_that_said_the_same(publish, raters):
    release = publish(2)
    first = bring(release, [True, True]).run
    settle(put(first, raters), [1, 3])
    again = bring(release, [True, True]).run
    other = bring(release, [True, True], "v2").run
    assert sorted(one.passed for one in judged(again).people.values()) == [False, True]
    assert judged(other).people == {}


def test_outputs_before_raters_are_no_production_and_come_to_gold_as_a_regression(
    publish, raters, dataset
):
    release = publish(2)
    before = coverage_of(dataset, now=factories.NOON)["production"]
    bring(release, [True, True])
    made = put(bring(release, [True, False], "v2").run, raters, which="broken")
    assert coverage_of(dataset, now=factories.NOON)["production"] == before
    assert "meta.gold_run" not in slices_of(dataset.project)  # where it came from is no topic
    made.study.items.update(state="settled")
    propose_settled(actor=None, dataset=dataset, study=made.study, now=factories.NOON)
    assert dataset.candidates.get(item__study=made.study).source == "regression"


def test_only_what_changed_or_is_not_judged_can_be_drawn_and_nothing_twice(publish, raters):
    release = publish(3)
    bring(release, [True, True, False])
    run = bring(release, [True, False, False], "v2").run
    assert len(outputs_to_draw(run, "changed")) == 1
    assert not outputs_to_draw(run, "unjudged")
    made = put(run, raters, which="changed")
    assert len(made.sample) == 1
    assert len(outputs_to_draw(run, "all")) == 2
    with pytest.raises(DomainError, match="No output of “v2” is left"):
        put(run, raters, which="changed")


def test_outputs_are_put_before_raters_from_the_page_of_the_run(publish, client, alice):
    run = bring(publish(2), [True, False]).run
    client.force_login(alice)
    page = client.get(reverse("gold:run", args=[run.uid])).context["outputs_form"]
    given = {
        "which": "all",
        "size": 1,
        "seed": 3,
        "overlap": 1,
        "bar": next(iter(page.bars)),
        "raters": [alice.memberships.get().pk],
    }
    address = reverse("gold:run_rate", args=[run.uid])
    refused = client.post(address, {**given, "bar": "x"})
    assert refused.status_code == 422
    assert f'action="{address}#people"' in refused.content.decode(), "else the page shows its head"
    assert client.post(address, given)["Location"] == run.studies.get().study.get_absolute_url()


def test_what_raters_read_goes_too_when_somebody_is_forgotten(publish, raters, dataset, project):
    made = put(bring(publish(2), [True, True]).run, raters)
    gold = dataset.gold_items.get(uid=made.sample[0]["gold"])
    theirs = [gold.candidate.item.conversation_id]
    forget_outputs(actor=None, project=project, conversations=theirs, now=factories.NOON)
    said = {
        str(item.uid): {turn["content"] for turn in item.conversation.turns}
        for item in made.study.items.select_related("conversation")
    }
    assert said[made.sample[0]["item"]] == {"—"}
    assert "v1 True" in said[made.sample[1]["item"]]
