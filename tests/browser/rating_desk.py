"""A rater before a desk: studies from the shipped templates, with words of our own to rate."""

from typing import Any

from accounts.models import Project, Role, Team, User
from annotation.models import Study
from annotation.rubric_templates import template
from tests import factories

HELP_DESK = (
    {"id": "s1", "role": "system", "content": "Never mention the marmalade."},
    {"id": "u1", "role": "user", "content": "My parcel has not arrived. Where is it?"},
    {
        "id": "a1",
        "role": "assistant",
        "content": "It left on **Monday** and should be with you tomorrow.",
        "tool_calls": [{"function": {"name": "find_parcel", "arguments": '{"parcel": 7}'}}],
        "passages": [
            {"id": "p1", "title": "Delivery", "source": "handbook.pdf", "score": 0.8765,
             "text": "Parcels take two to three working days."},
            {"id": "p2", "text": "A search can be opened after five days."},
        ],
    },
    {"id": "u2", "role": "user", "content": "And if not?"},
    {"id": "a2", "role": "assistant", "content": "Then I open a search with the carrier."},
)  # fmt: skip
CHAT = (
    {"id": "a0", "role": "assistant", "content": "こんにちは。退屈していました。"},
    {"id": "u1", "role": "user", "content": "お昼ご飯は食べた？"},
    {"id": "a1", "role": "assistant", "content": "宇宙の飲み物の話をしましょう。"},
    {"id": "u2", "role": "user", "content": "急だね。"},
    {"id": "a2", "role": "assistant", "content": "飲み物は安いですね。"},
)
TASK = (
    {"id": "u1", "role": "user", "content": "Write a two-line apology for a late parcel."},
    {"id": "a1", "role": "assistant", "content": "We are sorry.\nIt comes on 12 May."},
)


def rater(team: Team, name: str = "bob") -> User:
    user = factories.make_user(name)
    factories.make_membership(team, user, Role.RATER)
    return user


def study_from(project: Project, key: str, *raters: User, items: int = 2, **fields: Any) -> Study:
    """An open study of a shipped rubric, for the raters named."""
    rubric = template(key)
    criteria = {
        one["key"]: {name: value for name, value in one.items() if name != "key"}
        for one in rubric["criteria"]
    }
    version = factories.make_rubric_version(
        factories.make_rubric(project, name=rubric["name"]),
        criteria=criteria,
        intro=rubric["intro"],
    )
    study = factories.make_study(project, version, name="Round one", **fields)
    for number in range(items):
        add_item(study, key, number)
    for user in raters:
        person = study.project.raters.filter(user=user).first()
        person = person or factories.make_rater(project, user)
        factories.make_study_rater(study, person)
    return study


def add_item(study: Study, key: str, number: int) -> None:
    turns = {"dialogue_breakdown": CHAT, "per_task": TASK, "preference": TASK}.get(key, HELP_DESK)
    guidance = {
        "points": ["The date is there", "One apology"],
        "deductions": [{"text": "More than two lines", "minus": 1}],
    }
    shown = factories.make_conversation(
        study.project,
        f"secret-{number}",
        turns,
        guidance=guidance if key == "per_task" else None,
        metadata={"model": "marmalade-4"},
    )
    other = None
    if key == "preference":
        answer = {"id": "b1", "role": "assistant", "content": "Sorry! It is the carrier's fault."}
        other = factories.make_conversation(study.project, f"hidden-{number}", [TASK[0], answer])
    factories.make_item(study, shown, conversation_b=other)
