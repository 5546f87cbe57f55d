"""Of a side of the world: gold with its releases, and background work."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from accounts.models import Role
from analytics.reports.snapshots import take_snapshot
from gold.admission.rules import Rules
from gold.models import GoldDataset, OutputFile, Release
from gold.runs.judging import PassRule, Said
from gold.runs.reading import Line
from gold.runs.storing import Taken, store_run
from gold.services import candidates, releases
from jobs.models import Job
from tests import factories
from tests.doors.world_rated import settle

if TYPE_CHECKING:
    from tests.doors.world import Side


def gold(side: "Side") -> None:
    say, owner, now = side.say, side.people[Role.OWNER], timezone.now()
    take_snapshot(side.study, now=now, replicates=20)
    dataset = GoldDataset.objects.create(
        project=side.project,
        name=say("dataset")[:120],
        slug=f"{side.name}-gold",
        description=say("description"),
        rules=Rules(near_duplicate=None).to_json(),  # what is said here is all alike
    )
    waiting, declined, chosen = (
        dataset.candidates.create(item=side.items[name]) for name in ("waiting", "declined", "gold")
    )
    candidates.decline_candidates(
        actor=owner, dataset=dataset, uids=[declined.uid], reason=say("decline reason"), now=now
    )
    declined.refresh_from_db()
    made = candidates.approve_candidates(actor=owner, dataset=dataset, uids=[chosen.uid], now=now)
    release = releases.publish_release(
        actor=owner, dataset=dataset, now=now, note=say("release note")
    )
    extra = factories.make_item(side.study, side.make_conversation(f"{side.name} later"))
    settle(side, extra)
    candidate = dataset.candidates.create(item=extra)
    later = candidates.approve_candidates(
        actor=owner, dataset=dataset, uids=[candidate.uid], now=now
    )
    ran = store_run(
        actor=owner,
        release=release,
        variant=side.say("variant of a run")[:120],
        rule=PassRule(),
        lines=[Line(1, str(made[0].uid), Said(side.say("output"), {"helpful": 3}, False))],
        now=now,
    )
    side.put(
        exposure=side.project.exposures.create(
            input_key=say("input key")[:255], use="training", note=say("exposure note")[:500]
        ),
        variant_run=ran.run,
        output_file=output_file(side, release, str(made[0].uid)),
        dataset=dataset,
        candidate=waiting,
        declined=declined,
        gold_item=made[0],
        later_gold_item=later[0],
        release=release,
    )


def output_file(side: "Side", release: Release, gold: str) -> OutputFile:
    """Looked through, with a line that would be refused, and not confirmed yet."""
    file = release.output_files.create(
        variant=side.say("variant of a file")[:120],
        file_name=side.say("outputs")[:255],
        rule=PassRule().as_data(),
        state=OutputFile.State.CHECKED,
        found={
            **Taken(outputs=1, judged=1, refused=1).as_data(),
            "first": [{"gold": gold, "output": side.say("brought output"), "passed": False}],
        },
        created_by=side.people[Role.OWNER],
    )
    file.refused.create(
        line=2, reason=side.say("refused reason"), excerpt=side.say("refused output")
    )
    return file


def jobs(side: "Side") -> None:
    """One that waits, and one that ended with a file."""
    make = partial(
        Job.objects.create,
        project_uid=side.project.uid,
        args={"release": side.release.pk, "form": "jsonl"},
        requested_by=side.people[Role.OWNER].pk,
        note=side.say("job note"),
    )
    waiting = make(runner="gold.tasks.run_export")
    folder = Path(settings.MEDIA_ROOT) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{side.name}-doors.jsonl"
    path.write_text(f'{{"of": "{side.name}"}}\n')
    result = {"file": path.name, "name": f"{side.name}.jsonl", "release": str(side.release.uid)}
    exported = make(runner="gold.tasks.run_export", state=Job.State.DONE, result=result)
    failed = make(runner="gold.tasks.run_export", state=Job.State.FAILED, error=side.say("job"))
    ratings_job = make(
        runner="annotation.tasks.run_import_ratings", args={"name": side.say("ratings file")}
    )
    side.put(
        ratings_job=ratings_job, job=waiting, exported=exported, failed=failed, export_file=path
    )
