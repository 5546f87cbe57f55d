"""How the raters of the demonstration stay good: a training, control items, a calibration."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from accounts.models import User
from annotation.answers import Given, Unit
from annotation.criteria import scale_of
from annotation.models import Assignment, Item, Layer, Rating, RubricVersion, Study
from annotation.services.answer_keys import Expected, set_key
from annotation.services.calibration import reveal_study
from annotation.services.checks import AGAIN
from annotation.services.drafting import skip_item
from annotation.services.draws import draw_items
from annotation.services.exclusion import exclude_rater
from annotation.services.qualifying import grant, make_qualification
from annotation.services.quality import change_quality
from annotation.services.rounds import give
from annotation.services.studies import create_study, open_study
from core.scales import encode
from fixtures.floor import Judged, judge, think_again
from gold.demo_desks import BY_NAME, Sitter, answers_from, conversation_of, seat, take_turns
from gold.demo_people import Demo, latent, people

SEED = 20261116
PREPARED = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
TRAINED = datetime(2026, 11, 6, 0, 0, tzinfo=UTC)
CHECKED = datetime(2026, 11, 12, 10, 0, tzinfo=UTC)
LEFT = datetime(2026, 11, 14, 10, 0, tzinfo=UTC)
LOOKED_AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
CALIBRATED = datetime(2026, 11, 17, 4, 0, tzinfo=UTC)

#: Answers that the first round did not draw, by the variant that gave them.
TRAINING = {
    "prompt v11": ("en-17", "ja-17"),
    "prompt v12": ("en-15", "ja-05"),
    "prompt v13 + index 2026-10": ("en-20",),
}
CONTROLS = {
    "prompt v11": ("en-07", "en-09"),
    "prompt v12": ("ja-03", "ja-08"),
    "prompt v13 + index 2026-10": ("ja-03", "ja-12", "ja-16"),
}
KEYED = ("helpfulness", "correctness", "right_amount")
TRAINEES = ("田中 健一", "Jonas Weber", "Owen Hughes")
CALIBRATING = ("佐藤 美咲", "田中 健一", "Jonas Weber")
TIRED = replace(BY_NAME["Owen Hughes"], straight_lines=1.0)
NEEDED, BAR = 4, 0.7
AGAIN_EACH, CALIBRATION_ITEMS = 4, 6


def qualify_by_language(demo: Demo, manager: User) -> None:
    """Who may be given conversations in which language, by the manager's word."""
    raters = demo.raters()
    for code, name in (("ja", "Japanese"), ("en", "English")):
        qualification = make_qualification(actor=manager, project=demo.project, name=name)
        for person in people()["people"]:
            if code in person["languages"] and person["name"] in raters:
                grant(
                    actor=manager,
                    qualification=qualification,
                    rater=raters[person["name"]],
                    reason="Said so when joining the team.",
                    now=PREPARED,
                )


def train(demo: Demo, manager: User, version: RubricVersion) -> None:
    """A training that leads to a qualification: two raters pass it, one is in a hurry and fails."""
    study = keyed_study(
        demo, manager, version, "Good dialogue: training", Study.Purpose.TRAINING, TRAINING
    )
    make_qualification(
        actor=manager, project=demo.project, name="Good dialogue", training=study, needed=NEEDED
    )
    open_study(actor=manager, study=study, now=PREPARED)
    raters = demo.raters()
    for name in TRAINEES:
        habits = TIRED if name == TIRED.name else None
        sitter = seat(study, raters[name], at=TRAINED, seed=SEED, as_=habits)
        take_turns([sitter], rate, study.items.count())


def keyed_study(
    demo: Demo,
    manager: User,
    version: RubricVersion,
    name: str,
    purpose: str,
    chosen: Mapping[str, Iterable[str]],
) -> Study:
    """Items whose answers the manager has written down, one point off being right as well."""
    study = create_study(
        actor=manager, project=demo.project, name=name, rubric_version=version, purpose=purpose
    )
    conditions = [
        f'(variant == "{variant}" and input in ({", ".join(inputs)}))'
        for variant, inputs in chosen.items()
    ]
    draw_items(
        actor=manager,
        study=study,
        size=sum(len(list(inputs)) for inputs in chosen.values()),
        seed=SEED,
        now=PREPARED,
        where=" or ".join(conditions),
    )
    criteria = version.criteria.filter(key__in=KEYED)
    for item in study.items.select_related("conversation", "study__project"):
        hidden = latent()[item.conversation.external_id]
        comments = hidden["comments"]
        why = {item.conversation.language: comments[0]} if comments else {}
        expected = [
            Expected(
                Given(one, Unit(), *encode(scale_of(one), str(round(hidden["scores"][one.key])))),
                tolerance=1,
                why=why,
            )
            for one in criteria
        ]
        set_key(actor=manager, item=item, expected=expected, now=PREPARED)
    return study


def let_some_be_left(demo: Demo, study: Study) -> None:
    """Two items left to others, and two flagged."""
    raters = demo.raters()
    for name, reason in (
        ("高橋 葵", "隣の家の音で眠れない時期があり、冷静に読めません。"),
        ("Priya Raman", "I lack the knowledge to judge it"),
    ):
        sitter = seat(study, raters[name], at=LEFT, seed=SEED)
        if assignment := sitter.claim():
            user = sitter.chair.rater.user
            skip_item(actor=user, assignment=assignment, reason=reason, now=LEFT)
    for name, comment in (
        ("佐藤 美咲", "夜眠れないという訴えなので、折り返し連絡したほうがよいと思います。"),
        (
            "Jonas Weber",
            "Promises a return in the name of the company. Somebody should look at it.",
        ),
    ):
        sitter = seat(study, raters[name], at=LEFT, seed=SEED)
        if assignment := sitter.claim():
            said = judge_item(sitter, assignment.item)
            answers = answers_from(said.scores)
            sitter.submit(assignment, answers, said.seconds, comment, flagged=True)


def check_raters(demo: Demo, manager: User, study: Study) -> None:
    """Control items for all and own items again for some; one rater is paused by them."""
    controls = keyed_study(
        demo,
        manager,
        study.rubric_version,
        "Good dialogue: control items",
        Study.Purpose.CONTROL,
        CONTROLS,
    )
    study = change_quality(
        actor=manager,
        study=study,
        changes={
            "controls": controls,
            "control_rate": 0.1,
            "accuracy_bar": BAR,
            "retest_rate": 0.05,
            "retest_after_hours": 24,
            "requires": None,
            "show_own_severity": True,
        },
    )
    items = list(controls.items.select_related("conversation", "study__rubric_version"))
    hard_first = sorted(items, key=lambda item: latent_worth(item.conversation.external_id))
    for name, rater in demo.raters().items():
        habits = TIRED if name == TIRED.name else None
        sitter = seat(study, rater, at=CHECKED, seed=SEED, as_=habits)
        for item in hard_first:
            reads = item.conversation.language in sitter.simulated.languages
            if reads and study.study_raters.filter(rater=rater, paused=False).exists():
                rate(sitter, give(sitter.chair, item, Layer.CONTROL, sitter.clock))
        if name in CALIBRATING:
            rate_again(sitter)


def latent_worth(external_id: str) -> float:
    return float(min(latent()[external_id]["scores"][key] for key in KEYED))


def rate_again(sitter: Sitter) -> None:
    """Some of a rater's own items, after days."""
    own = Item.objects.filter(
        study=sitter.chair.study,
        ratings__rater=sitter.chair.rater,
        ratings__layer=Layer.BLIND,
        ratings__submitted_at__lt=CHECKED - timedelta(hours=24),
    ).order_by("seq")
    for item in islice(own, AGAIN_EACH):
        rate(sitter, give(sitter.chair, item, Layer.RETEST, sitter.clock, AGAIN))


def leave_one_out(demo: Demo, manager: User, study: Study) -> None:
    exclude_rater(
        actor=manager,
        study_rater=study.study_raters.get(rater=demo.raters()[TIRED.name]),
        reason="Gives the same letter to every turn of a conversation, in a few seconds.",
        now=LOOKED_AT,
    )


def calibrate(demo: Demo, manager: User, version: RubricVersion) -> None:
    """Three raters rate the same items blind, hear each other, and rate them once more."""
    study = create_study(
        actor=manager,
        project=demo.project,
        name="Good dialogue: calibration",
        rubric_version=version,
        purpose=Study.Purpose.CALIBRATION,
    )
    draw_items(
        actor=manager, study=study, size=CALIBRATION_ITEMS, seed=SEED, now=LOOKED_AT,
        where="language == ja",
    )  # fmt: skip
    raters = demo.raters()
    sitters = [seat(study, raters[name], at=CALIBRATED, seed=SEED) for name in CALIBRATING]
    study = open_study(actor=manager, study=study, now=LOOKED_AT)
    for sitter in sitters:
        sitter.chair.study = study
    take_turns(sitters, rate, CALIBRATION_ITEMS)
    study = reveal_study(actor=manager, study=study, now=max(one.clock for one in sitters))
    blind: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    own: dict[tuple[int, int], Mapping[str, Any]] = {}
    ratings = Rating.objects.filter(item__study=study, layer=Layer.BLIND)
    for rating in ratings.prefetch_related("scores__criterion"):
        said = points_of(rating)
        blind[rating.item_id].append(said)
        own[rating.item_id, rating.rater_id] = said

    def again(sitter: Sitter, assignment: Assignment) -> None:
        before = own[assignment.item_id, sitter.chair.rater_id]
        scores = think_again(before, blind[assignment.item_id])
        sitter.submit(assignment, answers_from(scores), seconds=45)

    for sitter in sitters:
        sitter.chair.study = study
        sitter.clock += timedelta(hours=1)
    take_turns(sitters, again, 2 * CALIBRATION_ITEMS)


def points_of(rating: Rating) -> dict[str, Any]:
    """A rating's answers by criterion, as the simulation speaks of them."""
    return {
        score.criterion.key: None
        if score.value is None
        else score.criterion.points[score.value]["key"]
        for score in rating.scores.all()
    }


def rate(sitter: Sitter, assignment: Assignment) -> None:
    """A whole conversation, as the simulated rater would."""
    said = judge_item(sitter, assignment.item)
    sitter.submit(assignment, answers_from(said.scores), said.seconds, said.comment)


def judge_item(sitter: Sitter, item: Item) -> Judged:
    conversation = conversation_of(item)
    return judge(sitter.simulated, conversation, latent()[conversation["id"]], sitter.random)
