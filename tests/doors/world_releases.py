"""Of a side of the world: a second release, and audits of labels that go on and are finished."""

from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Role
from annotation.models import Study
from gold.models import LabelAudit
from gold.services.audits import finish_audit
from gold.services.releases import publish_release
from tests import factories
from tests.doors.world_rated import settle

if TYPE_CHECKING:
    from tests.doors.world import Side


def releases(side: "Side") -> None:
    say, owner, now = side.say, side.people[Role.OWNER], timezone.now()
    second = publish_release(
        actor=owner, dataset=side.dataset, now=now, note=say("second release note")
    )
    finished = finish_audit(actor=owner, audit=an_audit(side, "finished"), now=now)
    side.put(second_release=second, audit=an_audit(side, "going on"), finished_audit=finished)


def an_audit(side: "Side", what: str) -> LabelAudit:
    """Its one item is decided, so it can be finished."""
    study = factories.make_study(
        side.project,
        side.study.rubric_version,
        slug=f"{side.name}-audit-{what.replace(' ', '-')}",
        name=side.say(f"audit {what}")[:120],
        state=Study.State.OPEN,
    )
    item = factories.make_item(study, side.gold_item.candidate.item.conversation)
    settle(side, item)
    return LabelAudit.objects.create(
        dataset=side.dataset,
        release=side.release,
        study=study,
        seed=7,
        pool_size=2,
        sample=[
            {
                "gold": str(side.gold_item.uid),
                "content_hash": side.gold_item.content_hash,
                "item": str(item.uid),
                "labels": side.gold_item.payload["labels"],
            }
        ],
        created_by=side.people[Role.OWNER],
    )
