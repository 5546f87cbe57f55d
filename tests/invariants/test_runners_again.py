"""A worker killed between the end of its work and telling so: the next attempt changes nothing."""

import itertools

import pytest
from django.utils import timezone

from analytics.models import AgreementSnapshot
from annotation.models import Item, Rating, Study
from annotation.services.rating_uploads import begin_rating_import
from conversations import services
from conversations.models import Conversation, ImportRun, RedactionRules, RefusedLine
from gold.services.candidates import approve_candidates, create_dataset, propose_settled
from gold.services.releases import publish_release
from jobs.ledger import enqueue_on_commit
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests import factories
from tests.conversations.conftest import lines, record
from tests.doors.knocking import changes_since, fingerprints

pytestmark = pytest.mark.django_db
NOW = factories.NOON


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def write(tmp_path):
    numbers = itertools.count()

    def write_file(content):
        path = tmp_path / f"upload-{next(numbers)}"
        path.write_bytes(content)
        return path

    return write_file


@pytest.fixture
def begin(alice, project, write):
    """Of a project whose imports nothing looks through afterwards: one job at a time."""
    RedactionRules.objects.create(project=project, scan_imports=False)

    def begin_import(content, **options):
        return services.begin_import(
            actor=alice, project=project, path=write(content), file_name="a.jsonl", now=NOW,
            **options,
        )  # fmt: skip

    return begin_import


def done():
    """The job that is queued, done to its end."""
    (job,) = run_pending_jobs()
    assert job.state == Job.State.DONE, job.note + job.error
    return job


def done_again(job, apart=()):
    """As if its worker had died before the ledger knew; what changed by that, jobs apart."""
    before, result = fingerprints(), job.result
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, finished_at=None, result=None)
    again = done()
    assert again.result == result
    return [name for name in changes_since(before) if name not in {"jobs_job", *apart}]


def test_a_check(begin):
    begin(lines(record(1), record(2), {"id": "bad"}))
    assert done_again(done()) == []


def test_a_check_that_somebody_confirmed_meanwhile(begin, alice):
    """The late check must not move the import, which would then leave out what it moved past."""
    run = begin(lines(record(1), record(2)))
    check = done()
    services.confirm_import(actor=alice, run=run, now=NOW)
    Job.objects.filter(pk=check.pk).update(state=Job.State.QUEUED, finished_at=None)
    assert len(run_pending_jobs()) == 2
    run.refresh_from_db()
    assert (run.state, run.n_new, Conversation.objects.count()) == (ImportRun.State.DONE, 2, 2)


def test_an_import(begin, alice):
    run = begin(lines(record(1), record(2)))
    done()
    services.confirm_import(actor=alice, run=run, now=NOW)
    assert done_again(done()) == []
    assert not RefusedLine.objects.exists()


def test_an_import_taken_back(begin, alice):
    run = begin(lines(record(1), record(2)), confirmed=True)
    run_pending_jobs()
    services.take_back(actor=alice, run=run)
    assert done_again(done()) == []


def test_an_import_of_ratings(alice, project, write):
    study = factories.make_study(project, imported=True, overlap=1)
    for name in ("one", "two"):
        factories.make_conversation(project, name)
    told = [
        {"external_id": about, "rater": rater, "scores": {"helpful": "4"}}
        for about in ("one", "two") for rater in ("ann", "ben")
    ]  # fmt: skip
    begin_rating_import(
        actor=alice, project=project, path=write(lines(*told)), file_name="r.jsonl", study=study,
        new_study="", source="jsonl", now=NOW,
    )  # fmt: skip
    job = done()
    assert Rating.objects.count() == 4
    assert done_again(job) == []


@pytest.fixture
def rated(project):
    study = factories.make_study(project)
    for _item in range(3):
        item = factories.make_item(study)
        for value in (3, 3):
            factories.make_rating(item, scores={"helpful": value})
        Item.objects.filter(pk=item.pk).update(n_submitted=2, slots_open=0)
    return study


def test_a_draw(project, alice):
    study = factories.make_study(project, state=Study.State.DRAFT)
    for _number in range(5):
        factories.make_conversation(project)
    wanted = {"size": 3, "seed": 7, "where": "", "strata": "", "allocation": "proportional"}
    enqueue_on_commit(
        "annotation.tasks.run_draw",
        args={"study": study.pk, "actor": alice.pk, "variants": [], **wanted},
    )
    job = done()
    assert study.items.count() == 3
    assert done_again(job) == []


def test_a_settling(rated):
    enqueue_on_commit("annotation.tasks.run_resettle", args={"study": rated.pk, "after": 0})
    assert done_again(done()) == []


def test_a_report(rated):
    """It is computed anew, and is still one report."""
    enqueue_on_commit("analytics.tasks.run_agreement", args={"study": rated.pk})
    job = done()
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, finished_at=None)
    done()
    assert AgreementSnapshot.objects.count() == 1


def test_an_export(alice, project, settings):
    from tests.gold.conftest import settle

    settle(factories.make_item(factories.make_study(project)))
    dataset = create_dataset(actor=alice, project=project, name="Gold")
    propose_settled(actor=alice, dataset=dataset, study=None, now=NOW)
    uids = dataset.candidates.values_list("uid", flat=True)
    approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOW)
    release = publish_release(actor=alice, dataset=dataset, now=timezone.now())
    enqueue_on_commit("gold.tasks.run_export", args={"release": release.pk, "form": "jsonl"})
    job = done()
    assert done_again(job) == []
    files = [path.name for path in (settings.MEDIA_ROOT / "exports").iterdir()]
    assert files == [job.result["file"]]
