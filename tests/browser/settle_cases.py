"""Items to settle as they come in real studies: side by side, by turn with thirty raters, pairs."""

from typing import Any

from accounts.models import Project
from annotation.models import Item, Study
from core.scales import Kind, Level, Target
from tests import factories
from tests.annotation.settling_helpers import PER_TURN, settled, study_with

ANSWER = [
    {"id": "u1", "role": "user", "content": "How do I return a parcel that was opened?"},
    {
        "id": "a1",
        "role": "assistant",
        "content": "You can return it within 30 days. **Keep the label**, please.",
        "passages": [
            {"id": "p1", "text": "Opened parcels can be returned within 14 days.", "rank": 1}
        ],
    },
]
ANCHORS = [
    {
        "key": str(n),
        "label": {"en": label, "ja": label},
        "anchor": {"en": f"{label}: what that looks like.", "ja": f"{label}。"},
    }
    for n, label in enumerate(("poor", "weak", "fair", "good"), start=1)
]
GROUNDED = {
    "natural": {"points": ANCHORS},
    "appropriate": {"points": ANCHORS, "note": {"en": "Judge what suits the question."}},
    "complete": {"points": ANCHORS},
    "harm": {
        "kind": Kind.MULTI,
        "level": Level.NOMINAL,
        "required": False,
        "points": factories.points("insult", "danger", "privacy"),
    },
    "remark": {"kind": Kind.TEXT, "level": "", "points": [], "required": False},
}


def side_by_side(project: Project, study: Study | None = None, seq: int = 0) -> Item:
    """Three raters, one criterion by consensus, three in dispute, words and a flag."""
    study = study or study_with(project, GROUNDED, name="Answers, round 3")
    item = factories.make_item(
        study, factories.make_conversation(project, turns=ANSWER), slots_total=3
    )
    said: list[dict[str, Any]] = [
        {"natural": 3, "appropriate": 3, "complete": 3, "harm": 0},
        {"natural": 3, "appropriate": 0, "complete": 0, "harm": 6},
        {"natural": 3, "appropriate": 3, "complete": 3, "harm": 2},
    ]
    comments = ("It says what it knows.", "「30日」は規定と違う。利用者が困る。", "")
    for scores, comment in zip(said, comments, strict=True):
        factories.make_rating(item, None, scores, comment=comment, seconds=48, flagged=not comment)
    return settled(item)


def by_turn(project: Project, raters: int = 30) -> Item:
    """Eleven exchanges, each rated O, T or X by thirty people; every third turn is in dispute."""
    study = study_with(project, PER_TURN, name="対話破綻", overlap=raters)
    turns = [
        {"id": f"{role}{n}", "role": role, "content": f"{words}{n + 1}"}
        for n in range(11)
        for role, words in (("user", "きょうは何をしましたか。"), ("assistant", "海がすきです。"))
    ]
    item = factories.make_item(
        study, factories.make_conversation(project, turns=turns), slots_total=raters
    )
    criterion = study.rubric_version.criteria.get()
    for place in range(raters):
        rating = factories.make_rating(item, None, comment="唐突" if place % 9 == 4 else "")
        for n in range(11):
            value = (place + n) % 3 if n % 3 == 0 else 0
            rating.scores.create(
                criterion=criterion, item=item, turn=2 * n + 1, value=value,
                rater=rating.rater, kind="person", layer="blind",
            )  # fmt: skip
    return settled(item)


def pair(project: Project) -> Item:
    points = [
        {"key": key, "label": {"en": label}}
        for key, label in (
            ("a", "Left"), ("b", "Right"), ("tie", "Tie"), ("both_bad", "Both bad"),
        )
    ]  # fmt: skip
    criteria = {
        "preference": {
            "target": Target.PAIR, "kind": Kind.NOMINAL, "level": Level.NOMINAL, "points": points,
        }
    }  # fmt: skip
    study = study_with(project, criteria, name="Which is better")
    other = [ANSWER[0], {"id": "a1", "role": "assistant", "content": "Within 14 days, opened."}]
    item = factories.make_item(
        study,
        factories.make_conversation(project, turns=ANSWER),
        conversation_b=factories.make_conversation(project, turns=other),
        slots_total=3,
    )
    for value in (0, 1, 2):
        factories.make_rating(item, None, {"preference": value})
    return settled(item)
