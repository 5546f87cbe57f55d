"""The demonstration project: everything the product does, on conversations of our own writing.

Loaded through the same services that the pages call. The ratings are simulated, seeded, and the
project is marked synthetic, which its pages say.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Membership, Project, Role, Team, User
from analytics.reports.snapshots import take_snapshot
from annotation.models import Item, Rater, RubricVersion, Study
from annotation.rubric_templates import template
from annotation.services.draws import draw_items
from annotation.services.imported_ratings import import_ratings
from annotation.services.raters import rater_for
from annotation.services.rubrics import create_rubric, publish_version
from annotation.services.studies import change_study, create_study, name_rater, open_study
from conversations.direct import import_file
from conversations.importers import Source
from core.errors import DomainError
from gold.models import GoldDataset
from gold.removal import remove_team
from gold.services.candidates import approve_candidates, create_dataset, propose_settled
from gold.services.releases import publish_release

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
SEED = 20261109
DRAWN = 108
LEFT_TO_RATE = 12  # items without ratings, so that whoever signs in as a rater has work
BREAKDOWN_DRAWN = 30
FIRST_RELEASE = 24
#: Raters differ on these two by taste, so this study lets two points pass.
WIDER = {"register": {"max_spread": 2}, "right_amount": {"max_spread": 2}}
#: When each thing happened: the simulated raters sat on the evenings between the last two.
IMPORTED = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
OPENED = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
SETTLED = datetime(2026, 11, 15, 1, 0, tzinfo=UTC)
Tell = Callable[[str], None]
Ratings = Callable[[list[dict[str, Any]]], Iterable[dict[str, Any]]]


class Demo:
    """Who and what was loaded, as the command prints it."""

    def __init__(self, team: Team, password: str) -> None:
        self.team = team
        self.password = password
        self.project = team.projects.get(slug=people()["project"]["slug"])

    def person(self, role: Role) -> User:
        membership = self.team.memberships.of_people().filter(role=role).order_by("pk").first()
        if membership is None:
            raise DomainError(f"The demonstration has nobody with the role {role}.")
        return membership.user


def people() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FIXTURES / "demo_people.json").read_text("utf-8"))
    return data


def load_demo(*, now: datetime, tell: Tell) -> Demo:
    """Load the demonstration once; a load that was cut short is taken away and begun again."""
    team = find_team()
    if team and is_complete(team):
        return Demo(team, demo_password())
    if team:
        remove_demo()
    tell("Loading the demonstration project (synthetic, about 20 seconds).")
    demo = make_people()
    manager = demo.person(Role.MANAGER)
    tell("  importing conversations")
    import_file(
        actor=manager,
        project=demo.project,
        path=FIXTURES / "conversations.jsonl",
        source="messages",
        now=IMPORTED,
    )
    good = rubric(demo, manager, "good_dialogue")
    breakdown = rubric(demo, manager, "dialogue_breakdown")
    rubric(demo, manager, "preference")
    tell("  rating as six simulated raters would")
    study = quality_study(demo, manager, good)
    breakdown_study(demo, manager, breakdown)
    tell("  computing agreement, publishing gold release 1")
    dataset = first_gold(demo, manager, study)
    for one in demo.project.studies.all():
        take_snapshot(one, now=now)
    publish_release(actor=manager, dataset=dataset, now=SETTLED, note="The first verdicts.")
    return demo


def find_team() -> Team | None:
    return Team.objects.filter(slug=people()["team"]["slug"]).first()


def is_complete(team: Team) -> bool:
    """The first release is the last thing that is loaded."""
    return GoldDataset.objects.filter(project__team=team, releases__number=1).exists()


@transaction.atomic
def remove_demo() -> None:
    """Take the demonstration and its people away, and nothing else."""
    team = find_team()
    if team:
        remove_team(team)
    emails = [person["email"] for person in people()["people"]]
    User.objects.filter(email__in=emails, memberships=None).delete()


def demo_password() -> str:
    """One password for all people of the demonstration, made at the first load and kept."""
    path = Path(settings.TOUCHSTONE_HOME) / "demo-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9), encoding="utf-8")
    return path.read_text(encoding="utf-8")


@transaction.atomic
def make_people() -> Demo:
    data, password = people(), demo_password()
    team = Team.objects.create(name=data["team"]["name"], slug=data["team"]["slug"])
    for person in data["people"]:
        user = User.objects.filter(email=person["email"]).first() or User.objects.create_user(
            person["email"],
            password,
            name=person["name"],
            language=person["interface_language"],
        )
        Membership.objects.create(team=team, user=user, role=person["role"])
    Project.objects.create(
        team=team, name=data["project"]["name"], slug=data["project"]["slug"], synthetic=True
    )
    return Demo(team, password)


def rubric(demo: Demo, manager: User, key: str) -> RubricVersion:
    draft = create_rubric(actor=manager, project=demo.project, data=template(key), template=key)
    return publish_version(actor=manager, version=draft, now=IMPORTED)


def quality_study(demo: Demo, manager: User, version: RubricVersion) -> Study:
    """Good dialogue, rated by three an item; the last items of the draw are left to rate."""
    from fixtures.simulation import RATERS, simulate_ratings

    study = create_study(
        actor=manager, project=demo.project, name="Good dialogue, round 1", rubric_version=version
    )
    settling = {key: {**rule, **WIDER.get(key, {})} for key, rule in study.settling.items()}
    change_study(actor=manager, study=study, changes={"settling": settling})
    draw_items(actor=manager, study=study, size=DRAWN, seed=SEED, now=OPENED, strata="variant")
    open_study(actor=manager, study=study, now=OPENED)
    bring_ratings(
        demo,
        study,
        lambda rated: simulate_ratings(rated, latent(), RATERS, study.overlap, SEED),
        DRAWN - LEFT_TO_RATE,
    )
    return study


def breakdown_study(demo: Demo, manager: User, version: RubricVersion) -> Study:
    """Each assistant turn O, T or X, on Japanese conversations."""
    from fixtures.simulation import RATERS, simulate_breakdown_ratings

    study = create_study(
        actor=manager, project=demo.project, name="対話破綻（日本語）", rubric_version=version
    )
    draw_items(
        actor=manager,
        study=study,
        size=BREAKDOWN_DRAWN,
        seed=SEED + 1,
        now=OPENED,
        where="language == ja",
    )
    open_study(actor=manager, study=study, now=OPENED)
    bring_ratings(
        demo,
        study,
        lambda rated: simulate_breakdown_ratings(rated, latent(), RATERS, study.overlap, SEED + 1),
        BREAKDOWN_DRAWN - LEFT_TO_RATE // 2,
    )
    return study


def latent() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FIXTURES / "latent.json").read_text("utf-8"))
    return data


def bring_ratings(demo: Demo, study: Study, simulate: Ratings, most: int) -> None:
    """Simulated ratings of the first `most` items, given by the people of the demonstration."""
    raters = raters_by_name(demo)
    for rater in raters.values():
        name_rater(actor=None, study=study, rater=rater)
    items = Item.objects.filter(study=study).order_by("seq").select_related("conversation")
    conversations = [as_fixture(item) for item in items[:most]]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for rating in simulate(conversations):
                person = raters[rating["rater"]]
                file.write(json.dumps({**rating, "rater": person.key}, ensure_ascii=False) + "\n")
        import_ratings(actor=None, study=study, source=Source(path), importer="jsonl", now=SETTLED)


def as_fixture(item: Item) -> dict[str, Any]:
    """A stored conversation as the simulation reads it."""
    conversation = item.conversation
    return {
        "id": conversation.external_id,
        "language": conversation.language,
        "messages": conversation.turns,
    }


def raters_by_name(demo: Demo) -> dict[str, Rater]:
    members = demo.team.memberships.filter(role=Role.RATER).select_related("user")
    return {str(member.user): rater_for(member.user, demo.project) for member in members}


def first_gold(demo: Demo, manager: User, study: Study) -> GoldDataset:
    """Verdicts in gold before agreement is computed, so that raters can be held against them."""
    dataset = create_dataset(
        actor=manager,
        project=demo.project,
        name="Komorie gold",
        description="Support dialogues with settled verdicts. Synthetic.",
    )
    propose_settled(actor=manager, dataset=dataset, study=study, now=SETTLED)
    waiting = dataset.candidates.filter(state="waiting").order_by("pk")
    uids = list(islice(waiting.values_list("uid", flat=True), FIRST_RELEASE))
    approve_candidates(actor=manager, dataset=dataset, uids=uids, now=SETTLED)
    return dataset
