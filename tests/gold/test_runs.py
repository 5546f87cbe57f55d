"""Outputs of variants on releases, from the file to pass or fail."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from annotation.models import Verdict
from annotation.services.raters import rater_for
from core.errors import DomainError, InvalidError
from gold.coverage import coverage_of
from gold.growth import growth_of, saturation_words
from gold.models import Run
from gold.payload import hash_of
from gold.runs.inputs import inputs_of, key_of
from gold.runs.judging import PassRule
from gold.runs.outcomes import judged, outcomes_of, predecessor_of
from gold.runs.people import bars_of
from gold.runs.shown import item_lines, report_of
from gold.runs.storing import store_run
from gold.services.candidates import approve_candidates, propose_settled
from gold.services.erasing import forget_outputs
from gold.services.releases import publish_release
from gold.services.run_studies import outputs_to_draw, put_outputs_before_raters
from tests import factories
from tests.gold.brought import outputs_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(alice, dataset, settled):
    """Makes so many settled items gold and publishes them."""

    dataset.rules = {"near_duplicate": None, "personal_data": False}
    dataset.save()

    def make(count: int):
        known = dataset.gold_items.count()
        for number in range(known, known + count):
            settled(input_key=f"question-{number}")
        propose_settled(actor=alice, dataset=dataset, study=None, now=factories.NOON)
        uids = dataset.candidates.filter(state="waiting").values_list("uid", flat=True)
        approve_candidates(actor=alice, dataset=dataset, uids=list(uids), now=factories.NOON)
        return publish_release(actor=alice, dataset=dataset, now=factories.NOON)

    return make


def bring(release, passed, variant="v1", **given):
    """A run in which the items pass as the list says; None leaves one out."""
    items = release.items.select_related("gold_item").order_by("position")
    lines = [
        json.dumps({"gold": str(one.gold_item.uid), "output": f"{variant} {ok}", "passed": ok})
        for one, ok in zip(items, passed, strict=True)
        if ok is not None
    ]
    return store_run(
        actor=None,
        release=release,
        variant=variant,
        rule=given.get("rule", PassRule()),
        lines=outputs_in("\n".join(lines).encode()),
        now=factories.NOON,
    )


def test_the_inputs_name_themselves_and_hide_the_answer(publish):
    release = publish(2)
    lines = [json.loads(line) for line in inputs_of(release, with_references=False)]
    assert [one["input_key"] for one in lines] == [
        key_of(one.payload) for one in release.items.order_by("position")
    ]
    assert all(turn["role"] != "assistant" for turn in lines[0]["messages"][-1:])
    assert "reference" not in lines[0]
    told = [json.loads(line) for line in inputs_of(release, with_references=True)]
    assert set(told[0]) > {"reference", "labels", "tier"}


def test_outputs_are_joined_by_their_input(publish):
    release = publish(2)
    keys = [json.loads(line)["input_key"] for line in inputs_of(release, with_references=False)]
    lines = [{"input_key": key, "passed": True} for key in (keys[0], keys[0], "elsewhere")]
    text = "\n".join(map(json.dumps, lines)).encode()
    taken = store_run(
        actor=None,
        release=release,
        variant="v1",
        rule=PassRule(),
        lines=outputs_in(text),
        now=factories.NOON,
    )
    assert (taken.repeated, taken.unknown, taken.first_unknown) == (1, 1, ["elsewhere"])
    assert (taken.run.n_outputs, taken.missing, taken.run.n_passed) == (1, 1, 1)


def test_a_file_of_strangers_is_refused_and_leaves_nothing(publish):
    release = publish(1)
    with pytest.raises(InvalidError, match="elsewhere"):
        store_run(
            actor=None,
            release=release,
            variant="v1",
            rule=PassRule(),
            lines=outputs_in(b'{"input_key": "elsewhere"}'),
            now=factories.NOON,
        )
    assert not Run.objects.exists()


def test_a_grown_release_splits_the_change(publish):
    first = publish(4)
    old = bring(first, [True, True, False, False]).run
    second = publish(2)
    new = bring(second, [True, False, True, False, False, False], "v2").run
    assert predecessor_of(new) == old
    report = report_of(new, old)
    assert report.change.counts == {
        "fixed": 1,
        "broken": 1,
        "same_passed": 1,
        "same_failed": 1,
    }
    assert report.change.difference.value == 0
    assert report.change.total == report.change.by_new_items == pytest.approx(2 / 6 - 2 / 4)
    assert [line.became for line in item_lines(report, show="broken")] == ["broken"]
    assert len(item_lines(report)) == 6
    json.dumps(report.as_data())


def test_the_command_ends_as_the_build_shall(publish, tmp_path):
    release = publish(3)
    bring(release, [True, True, True])
    path = tmp_path / "outputs.jsonl"
    uids = release.items.order_by("position").values_list("gold_item__uid", flat=True)
    path.write_text("\n".join(json.dumps({"gold": str(uid), "passed": False}) for uid in uids))
    name = f"{release.dataset.project.team.slug}/{release.dataset.slug}"
    out = StringIO()
    call_command("import_run", name, path, variant="v2", format="json", stdout=out)
    run = json.loads(out.getvalue())["run"]
    with pytest.raises(SystemExit) as ended:
        call_command("check_run", run, stdout=(told := StringIO()))
    assert ended.value.code in (1, 2)
    assert "broken" in told.getvalue()
    with pytest.raises(CommandError, match="names no run"):
        call_command("check_run", run, against="x")
    call_command("export_inputs", name, out=tmp_path / "inputs.jsonl", stdout=StringIO())
    assert (tmp_path / "inputs.jsonl").read_text().count("\n") == 3


def test_the_page_shows_what_was_broken_and_the_run_can_go(publish, client, alice):
    release = publish(2)
    bring(release, [True, True])
    run = bring(release, [True, False], "<b>v2</b>").run
    client.force_login(alice)
    text = client.get(reverse("gold:run", args=[run.uid]) + "?show=broken").text
    assert "<b>v2</b>" not in text
    assert "v2&lt;/b&gt; False" in text
    assert client.get(reverse("gold:runs", args=[release.dataset.uid])).status_code == 200
    client.post(reverse("gold:run_remove", args=[run.uid]))
    assert Run.objects.count() == 1


def test_what_was_answered_to_somebody_who_is_forgotten_goes(publish, dataset, project):
    release = publish(2)
    run = bring(release, [True, True]).run
    item = dataset.gold_items.earliest("pk")
    theirs = [item.candidate.item.conversation_id]
    forget_outputs(actor=None, project=project, conversations=theirs, now=factories.NOON)
    assert [one.output for one in run.outputs.order_by("pk")] == ["", "v1 True"]


def test_one_answer_serves_every_item_that_asks_the_same(publish, settled):
    settled(input_key="question-0")
    release = publish(1)
    keys = [json.loads(line)["input_key"] for line in inputs_of(release, with_references=False)]
    assert keys == ["question-0"]
    taken = store_run(
        actor=None,
        release=release,
        variant="v1",
        rule=PassRule(),
        lines=outputs_in(b'{"input_key": "question-0", "passed": true}'),
        now=factories.NOON,
    )
    assert (taken.run.n_outputs, taken.missing) == (2, 0)


def test_a_revised_item_is_judged_by_what_the_later_release_says(publish, dataset, alice):
    first = publish(2)
    rule = PassRule("agrees", "helpful")
    item = dataset.gold_items.earliest("pk")
    label = item.payload["labels"]["helpful"]["value"]
    uids = first.items.order_by("position").values_list("gold_item__uid", flat=True)
    lines = [json.dumps({"gold": str(uid), "scores": {"helpful": label}}) for uid in uids]
    run = store_run(
        actor=None,
        release=first,
        variant="v1",
        rule=rule,
        lines=outputs_in("\n".join(lines).encode()),
        now=factories.NOON,
    ).run
    assert run.n_passed == 2
    item.payload["labels"]["helpful"]["value"] = "another"
    item.content_hash = hash_of(item.payload)
    item.save()
    second = publish_release(actor=alice, dataset=dataset, now=factories.NOON)
    assert [one.passed for one in outcomes_of(run).values()] == [True, True]
    assert outcomes_of(run, second)[item.pk].passed is False


def test_growth_is_told_by_source_and_by_whether_the_ranking_stays(publish, dataset, client, alice):
    release = publish(4)
    bring(release, [True, True, False, False], "v1")
    bring(release, [False, True, True, True], "v2")
    found = growth_of(dataset)
    assert [period.total for period in found.periods] == [4]
    assert found.saturation.swapped == (("v1", "v2"),)
    assert "turned the order of 1 pair" in saturation_words(found.saturation)
    client.force_login(alice)
    text = client.get(reverse("gold:growth", args=[dataset.uid])).text
    assert "picked by an expert" in text
    assert client.get(reverse("gold:growth_json", args=[dataset.uid])).json() == {"growth": None}


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
    assert client.post(address, {**given, "bar": "x"}).status_code == 422
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
