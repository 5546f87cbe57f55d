"""What the operations do, from a file to a release, and what a list costs."""

import gzip
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry, Role
from analytics.reports.snapshots import take_snapshot
from conversations.models import Conversation, ImportRun
from gold.admission.rules import Rules
from gold.exports import verify_lines
from gold.services.candidates import approve_candidates, create_dataset
from gold.services.releases import publish_release
from jobs.testing import run_pending_jobs
from tests import factories
from tests.factories import NOON
from tests.gold.conftest import settle

pytestmark = pytest.mark.django_db
LINES = b"".join(
    json.dumps(
        {
            "id": f"c{number}",
            "messages": [
                {"role": "user", "content": f"Where is parcel {number}?"},
                {"role": "assistant", "content": "On its way."},
            ],
        }
    ).encode()
    + b"\n"
    for number in range(3)
)


def url(name, *args):
    return reverse(f"api:{name}", args=args)


def send(client, project, body=LINES, query="confirm=true", **headers):
    return client.post(
        f"{url('imports', project.uid)}?{query}", body, content_type="text/x", headers=headers
    )


def followed(client, answer):
    assert answer.status_code == 202, answer.content
    run_pending_jobs()
    return client.get(url("import", answer.json()["uid"])).json()


@pytest.mark.parametrize("body", [LINES, gzip.compress(LINES)], ids=["plain", "gzip"])
def test_a_confirmed_file_comes_in_and_again_changes_nothing(program, project, body):
    client = program()
    first = followed(client, send(client, project, body))
    assert (first["state"], first["new"], first["unchanged"]) == ("done", 3, 0)
    again = followed(client, send(client, project, body))
    assert (again["state"], again["new"], again["unchanged"]) == ("done", 0, 3)
    assert Conversation.objects.count() == 3


def test_the_work_of_a_key_stands_under_its_name(program, project):
    client = program()
    followed(client, send(client, project))
    entry = AuditEntry.objects.get(verb="conversations.imported")
    assert str(entry.actor).startswith("nightly import (ts_")


def test_an_import_waits_to_be_confirmed_when_nothing_else_was_said(program, project):
    client = program()
    run = followed(client, send(client, project, query=""))
    assert (run["state"], run["new"]) == ("checked", 3)
    assert not Conversation.objects.exists()
    done = followed(client, client.post(url("import_confirm", run["uid"])))
    assert done["state"] == "done"
    assert Conversation.objects.count() == 3


def test_a_file_of_a_form_and_a_table_with_named_columns(program, project):
    client = program()
    table = SimpleUploadedFile("rows.csv", b"q,a\nWhere is it?,On its way.\n")
    query = "confirm=true&map=input=q&map=output=a"
    answer = client.post(f"{url('imports', project.uid)}?{query}", {"file": table})
    assert followed(client, answer)["state"] == "done"
    assert Conversation.objects.get().n_turns == 2


def test_good_lines_come_in_and_refused_ones_can_be_fetched(program, project):
    client = program()
    run = followed(client, send(client, project, LINES + b'{"id": "c9"}\n'))
    assert (run["state"], run["new"], run["refused"]) == ("done", 3, 1)
    answer = client.get(url("import_refused", run["uid"]))
    refused = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert [one["line"] for one in refused] == [4]


def test_the_whole_file_or_nothing(program, project):
    client = program()
    answer = send(
        client, project, LINES + b'{"id": "c9"}\n', query="confirm=true&all_or_nothing=true"
    )
    run = followed(client, answer)
    assert run["state"] == "failed"
    assert "in whole or not at all" in run["problem"]
    assert not Conversation.objects.exists()


def test_the_same_idempotency_key_is_the_same_import(program, project):
    client = program()
    first = send(client, project, **{"idempotency-key": "night 1"})
    again = send(client, project, **{"idempotency-key": "night 1"})
    other = send(client, project, **{"idempotency-key": "night 2"})
    assert first.json()["uid"] == again.json()["uid"] != other.json()["uid"]
    assert ImportRun.objects.count() == 2


def test_a_list_is_read_page_by_page_each_row_once(program, project):
    made = [factories.make_conversation(project) for _number in range(7)]
    client, seen = program(), []
    page = client.get(url("conversations", project.uid), {"page_size": 3}).json()
    while True:
        seen += [one["uid"] for one in page["results"]]
        factories.make_conversation(project)  # comes in meanwhile
        if not page["next"]:
            break
        page = client.get(page["next"]).json()
    assert seen == [str(one.uid) for one in reversed(made)]


def test_filters_must_all_hold(program, project):
    variant = factories.make_variant(project)
    wanted = factories.make_conversation(project, variant=variant, language="ja", input_key="i")
    factories.make_conversation(project, variant=variant, language="en")
    factories.make_conversation(project, language="ja", input_key="i")
    given = {"variant": variant.uid, "language": "ja", "input_key": "i"}
    found = program().get(url("conversations", project.uid), given).json()["results"]
    assert [one["uid"] for one in found] == [str(wanted.uid)]
    assert found[0]["variant"]["name"] == variant.name
    assert "turns" not in found[0]


def test_a_conversation_is_told_whole(program, project):
    conversation = factories.make_conversation(project)
    found = program().get(url("conversation", conversation.uid)).json()
    assert found["turns"] == conversation.turns
    assert found["continues"] is None


LISTS = {
    "conversations": lambda project: factories.make_conversation(
        project, variant=factories.make_variant(project)
    ),
    "rubrics": lambda project: factories.make_rubric_version(factories.make_rubric(project)),
    "studies": factories.make_study,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_as_many_queries_however_long_it_is(
    program, project, name, django_assert_max_num_queries
):
    client = program()
    for _number in range(5):
        LISTS[name](project)
    client.get(url(name, project.uid))
    with django_assert_max_num_queries(6):
        assert len(client.get(url(name, project.uid)).json()["results"]) == 5


def test_a_rubric_version_reads_in_the_shape_that_a_draft_takes(program, project):
    version = factories.make_rubric_version(factories.make_rubric(project))
    listed = program().get(url("rubrics", project.uid)).json()["results"][0]
    assert [one["uid"] for one in listed["versions"]] == [str(version.uid)]
    found = program().get(url("rubric_version", version.uid)).json()
    assert [one["key"] for one in found["criteria"]] == ["helpful"]
    assert found["criteria"][0]["points"][0]["key"] == "1"


def test_ratings_go_into_a_study_and_come_out_of_it_as_they_were(program, project):
    client = program()
    study = factories.make_study(project, imported=True)
    for number in range(2):
        factories.make_conversation(project, f"c{number}")
    body = b"".join(
        json.dumps(
            {"external_id": f"c{number}", "rater": rater, "scores": {"helpful": "4"}}
        ).encode()
        + b"\n"
        for number in range(2)
        for rater in ("ann", "bea")
    )
    answer = client.post(url("ratings_import", study.uid), body, content_type="text/x")
    assert answer.status_code == 202, answer.content
    run_pending_jobs()
    done = client.get(url("ratings_imported", answer.json()["uid"])).json()
    assert (done["state"], done["new"], done["refused"]) == ("done", 4, 0), done
    exported = b"".join(client.get(url("ratings_jsonl", study.uid)).streaming_content)
    ratings = [json.loads(line) for line in exported.splitlines()]
    assert {(one["external_id"], one["rater"]) for one in ratings} == {
        (f"c{number}", rater) for number in range(2) for rater in ("ann", "bea")
    }
    assert {one["scores"]["helpful"] for one in ratings} == {"4"}
    progress = client.get(url("study", study.uid)).json()["progress"]
    assert (progress["items"], progress["submitted"]) == (2, 4)


def test_agreement_is_absent_then_computed_then_told(program, project):
    client = program()
    study = factories.make_study(project)
    item = factories.make_item(study)
    for value in (1, 2):
        factories.make_rating(item, scores={"helpful": value})
    assert client.get(url("agreement", study.uid)).status_code == 404
    job = client.post(url("agreement_compute", study.uid)).json()
    assert job["state"] == "queued"
    take_snapshot(study, now=NOON, replicates=20)
    found = client.get(url("agreement", study.uid)).json()
    assert [one["criterion"] for one in found["criteria"]] == ["helpful"]
    assert found["has_newer_ratings"] is False
    assert client.get(url("job", job["uid"])).json()["uid"] == job["uid"]


@pytest.fixture
def release(alice, project):
    dataset = create_dataset(
        actor=alice, project=project, name="Gold", rules=Rules(near_duplicate=None)
    )
    study = factories.make_study(project)
    for _number in range(3):
        dataset.candidates.create(item=settle(factories.make_item(study)))
    uids = list(dataset.candidates.values_list("uid", flat=True))
    approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON)
    return publish_release(actor=alice, dataset=dataset, now=NOON)


def test_a_release_is_found_and_its_items_prove_themselves(program, project, release):
    client = program(Role.VIEWER)
    (known,) = client.get(url("gold_datasets", project.uid)).json()["results"]
    (listed,) = client.get(url("releases", known["uid"])).json()["results"]
    told = client.get(url("release", listed["uid"])).json()
    lines = b"".join(client.get(url("release_items", listed["uid"])).streaming_content)
    verified = verify_lines(lines.splitlines())
    assert verified.n_items == told["n_items"] == 3
    assert verified.manifest_hash == told["manifest_hash"] == release.manifest_hash


def test_why_names_raters_to_those_who_settle_alone(program, release):
    target = url("gold_item_why", release.dataset.gold_items.first().uid)
    named = program(Role.MANAGER).get(target).json()["labels"][0]["ratings"]
    hidden = program(Role.VIEWER).get(target).json()["labels"][0]["ratings"]
    assert [one["rater"] for one in hidden] == ["Rater 1", "Rater 2"]
    assert {one["rater"] for one in named}.isdisjoint({"Rater 1", "Rater 2"})
    assert [one["value"] for one in named] == [one["value"] for one in hidden]
