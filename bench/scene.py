"""What the benches stand on: a team, a project with conversations, a study, its raters.

Small things are made by the services that the pages call. A million rows are made by the database
out of the first thousand: what is measured is how the product works on them, not how they came.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Project, Role, Team, User
from annotation.models import Study, StudyRater
from annotation.services.raters import rater_for
from annotation.services.rubrics import create_rubric, publish_version
from annotation.services.studies import create_study, name_rater
from bench.filling import ascending_uid, filling
from bench.raters import COMMENT
from bench.wire import Wire
from bench.workload import conversation
from conversations.importers.records import conversation_of
from conversations.sifting import New
from conversations.storing import Variants, store

SEEDED = 1_000
SCORE_AND_COMMENT = {
    "name": {"en": "Score"},
    "intro": {"en": "Judge the whole conversation."},
    "criteria": [
        {
            "key": "score",
            "kind": "ordinal",
            "name": {"en": "Score"},
            "question": {"en": "How good is it?"},
            "points": [
                {"key": str(n), "label": {"en": word}, "anchor": {"en": f"It is {word}."}}
                for n, word in enumerate(("bad", "poor", "fair", "good", "excellent"), start=1)
            ],
        }
    ],
}
"""What the peers and the floor ask for: one score from 1 to 5, and a comment."""


@dataclass(frozen=True)
class Scene:
    project: Project
    manager: User


def make_scene() -> Scene:
    team = Team.objects.create(name="Bench", slug="bench")
    manager = person(team, "manager", Role.OWNER)
    return Scene(Project.objects.create(team=team, name="Bench", slug="bench"), manager)


def person(team: Team, name: str, role: Role) -> User:
    user = User.objects.create_user(f"{name}@example.com", name=name)
    Membership.objects.create(team=team, user=user, role=role)
    return user


def signed_in(user: User, port: int) -> Wire:
    """A connection of somebody who signed in; what hashing a password costs is not measured."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    wire = Wire(port)
    wire.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return wire


def seed_conversations(project: Project) -> None:
    parsed = [
        conversation_of(conversation(number), file="bench", line=number) for number in range(SEEDED)
    ]
    new = [New(one, one.external_id) for one in parsed]
    store(project, new, variants=Variants(project), run_id=None, now=timezone.now())


def make_study(scene: Scene, *, items: int, data: dict[str, Any], slug: str) -> Study:
    """An open study of so many items, each over a conversation of its own."""
    draft = create_rubric(actor=None, project=scene.project, data=data, slug=slug)
    version = publish_version(actor=None, version=draft, now=timezone.now())
    study = create_study(
        actor=None, project=scene.project, name=slug, slug=slug, rubric_version=version, overlap=3
    )
    multiply_conversations(scene.project, items)
    with filling(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO annotation_item (uid, study_id, seq, lane, conversation_id, group_key,
                    slots_open, slots_total, n_submitted, state)
                SELECT {ascending_uid("c.id")}, %s, ROW_NUMBER() OVER (ORDER BY c.id), 0, c.id,
                    c.group_key, 3, 3, 0, 'open'
                FROM (SELECT id, group_key FROM conversations_conversation
                      WHERE project_id = %s ORDER BY id LIMIT {items:d}) c""",  # noqa: S608  # ours
            [study.pk, scene.project.pk],
        )
    study.next_seq, study.state, study.opened_at = items + 1, Study.State.OPEN, timezone.now()
    study.save()
    return study


def multiply_conversations(project: Project, wanted: int) -> None:
    """Copies of the seeded conversations under ids of their own, until there are enough."""
    there = project.conversations.count()
    if not there:
        seed_conversations(project)
        there = SEEDED
    copied = ", ".join(
        column.column
        for column in type(project.conversations.model())._meta.concrete_fields
        if column.column not in {"id", "uid", "external_id", "group_key"}
    )
    copies = range(there // SEEDED, -(-wanted // SEEDED))
    if not copies:
        return
    with filling(), connection.cursor() as cursor:
        cursor.execute(
            f"""WITH RECURSIVE copy(n) AS (
                    SELECT {copies.start:d} UNION ALL
                    SELECT n + 1 FROM copy WHERE n + 1 < {copies.stop:d})
                INSERT INTO conversations_conversation (uid, external_id, group_key, {copied})
                SELECT {ascending_uid("copy.n * 1000000 + c.id")},
                    copy.n || '-' || c.external_id, copy.n || '-' || c.group_key, {copied}
                FROM copy CROSS JOIN (SELECT * FROM conversations_conversation
                    WHERE project_id = %s ORDER BY id LIMIT {SEEDED}) c""",  # noqa: S608  # ours
            [project.pk],
        )


def add_raters(study: Study, count: int, prefix: str) -> list[StudyRater]:
    found = []
    for number in range(count):
        user = person(study.project.team, f"{prefix}{number}", Role.RATER)
        rater = rater_for(user, study.project)
        found.append(name_rater(actor=None, study=study, rater=rater))
    return found


def user_of(study_rater: StudyRater) -> User:
    user = study_rater.rater.user
    if user is None:
        raise TypeError(f"{study_rater} has no user: only a person’s rater signs in.")
    return user


def fill(study: Study, raters: int) -> None:
    """Every item rated by so many raters on the study's one criterion; they mostly agree."""
    chairs = add_raters(study, raters, f"{study.slug}-filled")
    [criterion] = study.rubric_version.criteria.all()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with filling(), connection.cursor() as cursor:
        for number, chair in enumerate(chairs):
            cursor.execute(
                f"""INSERT INTO annotation_rating (uid, item_id, rater_id, rubric_version_id, layer,
                        occasion, current, comment, flagged, language, seconds, content_hash,
                        submitted_at)
                    SELECT {ascending_uid("id")}, id, %s, %s, 'blind', 0, TRUE, %s, FALSE, 'en',
                        30, '', %s
                    FROM annotation_item WHERE study_id = %s ORDER BY id""",  # noqa: S608  # ours
                [chair.rater_id, study.rubric_version_id, COMMENT, now, study.pk],
            )
            cursor.execute(
                """INSERT INTO annotation_score (rating_id, criterion_id, item_id, turn, passage,
                        value, rater_id, kind, layer, current)
                   SELECT r.id, %s, r.item_id, -1, -1,
                        (i.seq * 7 + CASE WHEN i.seq %% 5 = %s THEN 1 ELSE 0 END) %% 5,
                        r.rater_id, 'person', 'blind', TRUE
                   FROM annotation_rating r JOIN annotation_item i ON i.id = r.item_id
                   WHERE i.study_id = %s AND r.rater_id = %s ORDER BY r.id""",
                [criterion.pk, number, study.pk, chair.rater_id],
            )
