"""Stopped and killed in the middle of everything, a served product ends all of it, once.

`TOUCHSTONE_RESTARTS=10` (rounds) kills for longer.
"""

import os
import random
import signal
import time

import pytest
from django.utils import timezone

from analytics.models import AgreementSnapshot
from annotation.models import Item
from conversations import services
from conversations.models import Conversation, ImportRun
from gold.admission.rules import Rules
from gold.services.candidates import approve_candidates, create_dataset, propose_settled
from gold.services.releases import publish_release
from jobs.ledger import enqueue_on_commit
from jobs.models import Job
from tests import factories
from tests.conversations.conftest import lines, record
from tests.gold.conftest import settle
from tests.jobs.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("TOUCHSTONE_RESTARTS", "1"))
MANY = 3_000 * ROUNDS


@pytest.fixture
def work(settings, tmp_path, alice, project):
    """An import, a report and an export, queued; the home is where the server looks for files."""
    settings.MEDIA_ROOT = tmp_path / "home" / "files"
    file = tmp_path / "many.jsonl"
    file.write_bytes(lines(*(record(n) for n in range(MANY))))
    study = factories.make_study(project)
    for _item in range(30):
        item = factories.make_item(study)
        settle(item, random.choice((2, 3)))
        Item.objects.filter(pk=item.pk).update(n_submitted=2, slots_open=0)
    dataset = create_dataset(
        actor=alice, project=project, name="Gold", rules=Rules(near_duplicate=None)
    )
    propose_settled(actor=alice, dataset=dataset, study=None, now=timezone.now())
    uids = dataset.candidates.values_list("uid", flat=True)
    approve_candidates(actor=alice, dataset=dataset, uids=uids, now=timezone.now())
    release = publish_release(actor=alice, dataset=dataset, now=timezone.now())
    run = services.begin_import(
        actor=alice, project=project, path=file, file_name="many.jsonl", confirmed=True,
        now=timezone.now(),
    )  # fmt: skip
    enqueue_on_commit("analytics.tasks.run_agreement", args={"study": study.pk})
    enqueue_on_commit("gold.tasks.run_export", args={"release": release.pk, "form": "jsonl"})
    return run


def is_over():
    live = (Job.State.QUEUED, Job.State.RUNNING)
    return not Job.objects.filter(state__in=live).exists()


def check(run, before, home):
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}, list(
        Job.objects.exclude(state=Job.State.DONE).values("runner", "state", "note", "error")
    )
    run.refresh_from_db()
    assert (run.state, run.n_new, run.n_unchanged, run.n_refused) == (
        ImportRun.State.DONE, MANY, 0, 0
    )  # fmt: skip
    assert Conversation.objects.count() == before + MANY
    assert AgreementSnapshot.objects.count() == 1
    (export,) = (home / "files" / "exports").iterdir()
    assert len(export.read_bytes().splitlines()) == 30


def test_stopped_in_the_middle_and_started_again(work, serving, tmp_path):
    before = Conversation.objects.count()
    for _round in range(ROUNDS):
        with serving() as served:
            stored = Conversation.objects.count()
            wait_until(lambda seen=stored: Conversation.objects.count() > seen or is_over())
            os.kill(served.pid, signal.SIGTERM)
            wait_until(lambda: not any(one.is_running() for one in served.processes))
    with serving() as served:
        wait_until(is_over, output=tmp_path / "home" / "output")
    check(work, before, tmp_path / "home")


def test_killed_at_random_moments(work, serving, tmp_path):
    before, chance = Conversation.objects.count(), random.Random(2)
    for _round in range(ROUNDS):
        with serving() as served:
            for victim in chance.sample(("celery", "gunicorn", ""), k=2):
                time.sleep(chance.random() * 2)
                if victim:
                    served.kill(victim)
                else:
                    os.kill(served.pid, signal.SIGKILL)
                    break
    with serving() as served:
        wait_until(is_over, output=tmp_path / "home" / "output")
    check(work, before, tmp_path / "home")
