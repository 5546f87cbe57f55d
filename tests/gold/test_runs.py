"""Outputs of variants on releases, from the file to pass or fail."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.errors import InvalidError
from gold.growth import growth_of, saturation_words
from gold.models import Run
from gold.payload import hash_of
from gold.runs.inputs import inputs_of, key_of
from gold.runs.judging import PassRule
from gold.runs.outcomes import outcomes_of, predecessor_of
from gold.runs.shown import item_lines, report_of
from gold.runs.storing import store_run
from gold.services.erasing import forget_outputs
from gold.services.releases import publish_release
from tests import factories
from tests.gold.brought import bring, outputs_in

pytestmark = pytest.mark.django_db


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


def test_lists_of_runs_read_nothing_that_grows_with_a_release(
    publish, signed_in, alice, django_assert_max_num_queries
):
    """A release names each item that was added to it, and a list shows its number."""
    release = publish(2)
    run = bring(release, [True, False]).run
    bring(release, [True, True], "v2")
    client = signed_in(alice)
    for address in (
        reverse("gold:runs", args=[release.dataset.uid]),
        reverse("gold:run", args=[run.uid]),
        reverse("gold:audits", args=[release.dataset.uid]),
        reverse("api:runs", args=[release.dataset.uid]),
    ):
        with django_assert_max_num_queries(200) as asked:
            assert client.get(address).status_code == 200
        assert [one["sql"] for one in asked.captured_queries if '"changes"' in one["sql"]] == []
