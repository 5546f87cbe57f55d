"""Rows for tests: each function makes the least valid row and whatever it stands on.

Only what a test says matters; the rest is the same every time or counted up. Nothing here calls a
service, so that a test of a service starts from rows that the service did not make.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Membership, Project, Role, Team, User
from annotation.models import (
    Assignment,
    Criterion,
    Draw,
    Item,
    Layer,
    Rater,
    RaterKind,
    Rating,
    Rubric,
    RubricVersion,
    Score,
    Study,
    StudyRater,
)
from conversations.models import Conversation, Variant
from core.scales import Kind, Level, Target
from core.text import digest

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
TURNS = (
    {"id": "u1", "role": "user", "content": "My parcel has not arrived."},
    {"id": "a1", "role": "assistant", "content": "I am sorry. It left our warehouse on Monday."},
)
_numbers = count(1)


def make_user(name: str = "", **fields: Any) -> User:
    """A person who can sign in with PASSWORD; hashed only on `with_password`, hashing is slow."""
    name = name or f"person{next(_numbers)}"
    with_password = fields.pop("with_password", False)
    fields.setdefault("email", f"{name.lower()}@example.com")
    return User.objects.create_user(
        password=PASSWORD if with_password else None, name=name.capitalize(), **fields
    )


def make_team(slug: str = "", **fields: Any) -> Team:
    slug = slug or f"team-{next(_numbers)}"
    return Team.objects.create(slug=slug, name=fields.pop("name", slug.capitalize()), **fields)


def make_membership(team: Team, user: User, role: str = Role.RATER, **fields: Any) -> Membership:
    return Membership.objects.create(team=team, user=user, role=role, **fields)


def make_project(team: Team | None = None, slug: str = "", **fields: Any) -> Project:
    slug = slug or f"project-{next(_numbers)}"
    return Project.objects.create(
        team=team or make_team(), slug=slug, name=fields.pop("name", slug.capitalize()), **fields
    )


def make_variant(project: Project | None = None, name: str = "", **fields: Any) -> Variant:
    name = name or f"variant {next(_numbers)}"
    return Variant.objects.create(
        project=project or make_project(),
        name=name,
        fingerprint=fields.pop("fingerprint", digest({"name": name})),
        **fields,
    )


def make_conversation(
    project: Project | None = None,
    external_id: str = "",
    turns: Iterable[Mapping[str, Any]] = TURNS,
    **fields: Any,
) -> Conversation:
    external_id = external_id or f"conversation-{next(_numbers)}"
    said = [dict(turn) for turn in turns]
    return Conversation.objects.create(
        project=project or make_project(),
        external_id=external_id,
        group_key=fields.pop("group_key", external_id),
        turns=said,
        content_hash=digest(said),
        n_turns=len(said),
        n_chars=sum(len(turn["content"]) for turn in said),
        title=said[0]["content"][:200] if said else "",
        **fields,
    )


def points(*keys: str) -> list[dict[str, Any]]:
    return [{"key": key, "label": {"en": key.capitalize(), "ja": key}} for key in keys]


def likert(low: int = 1, high: int = 5) -> list[dict[str, Any]]:
    return points(*(str(number) for number in range(low, high + 1)))


def make_criterion(version: RubricVersion, key: str = "helpful", **fields: Any) -> Criterion:
    """An ordinal criterion of the whole conversation with points 1 to 5, if nothing else is said.

    Its version must be a draft: nothing is added to what was published.
    """
    fields = {
        "position": version.criteria.count(),
        "target": Target.CONVERSATION,
        "kind": Kind.ORDINAL,
        "level": Level.ORDINAL,
        "points": likert(),
        "name": {"en": key.capitalize(), "ja": key},
        "question": {"en": f"How {key} is it?", "ja": f"{key}ですか。"},
        "meaning_hash": digest({"key": key}),
    } | fields
    return Criterion.objects.create(version=version, key=key, **fields)


def make_rubric(project: Project | None = None, slug: str = "", **fields: Any) -> Rubric:
    slug = slug or f"rubric-{next(_numbers)}"
    fields.setdefault("name", {"en": slug.capitalize(), "ja": slug})
    return Rubric.objects.create(project=project or make_project(), slug=slug, **fields)


def make_rubric_version(
    rubric: Rubric | None = None,
    *,
    criteria: Mapping[str, Mapping[str, Any]] | None = None,
    published: bool = True,
    **fields: Any,
) -> RubricVersion:
    """Criteria by key, each with the fields in which it differs from `make_criterion`."""
    rubric = rubric or make_rubric()
    version = RubricVersion.objects.create(
        rubric=rubric, number=fields.pop("number", rubric.versions.count() + 1), **fields
    )
    for key, differing in ({"helpful": {}} if criteria is None else criteria).items():
        make_criterion(version, key, **differing)
    if published:
        publish(version)
    return version


def publish(version: RubricVersion) -> None:
    version.state = RubricVersion.State.PUBLISHED
    version.published_at = NOON
    version.content_hash = digest([criterion.meaning_hash for criterion in version.criteria.all()])
    version.save()


def make_study(
    project: Project | None = None,
    rubric_version: RubricVersion | None = None,
    slug: str = "",
    **fields: Any,
) -> Study:
    """An open study with an overlap of two."""
    if project is None:
        project = rubric_version.rubric.project if rubric_version else make_project()
    slug = slug or f"study-{next(_numbers)}"
    fields = {"state": Study.State.OPEN, "overlap": 2, "name": slug.capitalize()} | fields
    return Study.objects.create(
        project=project,
        slug=slug,
        rubric_version=rubric_version or make_rubric_version(make_rubric(project)),
        **fields,
    )


def make_draw(study: Study, **fields: Any) -> Draw:
    fields = {"seed": 1, "size": 1, "pool_size": 1} | fields
    return Draw.objects.create(study=study, **fields)


def make_item(
    study: Study | None = None, conversation: Conversation | None = None, **fields: Any
) -> Item:
    study = study or make_study()
    conversation = conversation or make_conversation(study.project)
    seq = fields.pop("seq", study.next_seq)
    study.next_seq = max(study.next_seq, seq + 1)
    study.save(update_fields=["next_seq"])
    slots = fields.pop("slots_total", study.overlap)
    fields = {"slots_open": slots, "slots_total": slots} | fields
    fields.setdefault("n_answers", 2 if fields.get("conversation_b") else 1)
    return Item.objects.create(
        study=study,
        seq=seq,
        conversation=conversation,
        group_key=fields.pop("group_key", conversation.group_key),
        **fields,
    )


def make_rater(
    project: Project | None = None, user: User | None = None, key: str = "", **fields: Any
) -> Rater:
    """A person by default; with a user, under the key by which the product knows them."""
    key = key or (str(user.uid) if user else f"rater-{next(_numbers)}")
    fields = {"kind": RaterKind.PERSON, "display_name": str(user) if user else key} | fields
    return Rater.objects.create(project=project or make_project(), key=key, user=user, **fields)


def make_study_rater(study: Study, rater: Rater, **fields: Any) -> StudyRater:
    return StudyRater.objects.create(study=study, rater=rater, **fields)


def make_assignment(
    item: Item | None = None, rater: Rater | None = None, **fields: Any
) -> Assignment:
    """A slot of the item held under a lease; the item's count of open slots follows."""
    item = item or make_item()
    rater = rater or make_rater(item.study.project)
    fields = {
        "slot": item.slots_total - item.slots_open,
        "lease_until": timezone.now() + timedelta(minutes=30),
    } | fields
    fields = {"study": item.study} | fields
    assignment = Assignment.objects.create(item=item, rater=rater, **fields)
    if assignment.layer == Layer.BLIND:
        item.slots_open -= 1
        item.save(update_fields=["slots_open"])
    return assignment


def make_rating(
    item: Item | None = None,
    rater: Rater | None = None,
    scores: Mapping[str, int | float | None] | None = None,
    *,
    unit: tuple[int, int] = (-1, -1),
    **fields: Any,
) -> Rating:
    """A submitted rating; `scores` are stored values by criterion key: positions, not points.

    `unit` is the turn and passage that the scores speak of. A float is stored as a number.
    """
    item = item or make_item()
    rater = rater or make_rater(item.study.project)
    version = fields.pop("rubric_version", item.study.rubric_version)
    rating = Rating.objects.create(item=item, rater=rater, rubric_version=version, **fields)
    criteria = {criterion.key: criterion for criterion in version.criteria.all()}
    for key, value in (scores or {}).items():
        is_number = isinstance(value, float)
        Score.objects.create(
            rating=rating,
            criterion=criteria[key],
            item=item,
            turn=unit[0],
            passage=unit[1],
            value=None if is_number else value,
            number=value if is_number else None,
            rater=rater,
            kind=rater.kind,
            layer=rating.layer,
            current=rating.current,
        )
    return rating
