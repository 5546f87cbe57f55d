"""The demonstration project: everything the product does, on conversations of our own writing.

Loaded through the same services that the pages call. The ratings are simulated, seeded, and the
project is marked synthetic, which its pages say.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from accounts.models import Role, Team, User
from analytics.reports.snapshots import take_snapshot
from annotation.models import Item, RubricVersion, Study
from annotation.rubric_templates import template
from annotation.services.draws import draw_items
from annotation.services.imported_ratings import import_ratings
from annotation.services.policies import change_policy
from annotation.services.rubrics import create_rubric, publish_version
from annotation.services.studies import create_study, name_rater, open_study
from conversations.direct import import_file
from conversations.importers import Source
from gold.demo_comparisons import customers_study, ranking_study
from gold.demo_desks import as_fixture, widen
from gold.demo_end_users import hear_end_users
from gold.demo_growth import grow
from gold.demo_people import (
    FIXTURES,
    Demo,
    demo_password,
    find_team,
    latent,
    make_people,
    people,
)
from gold.demo_quality import (
    calibrate,
    check_raters,
    leave_one_out,
    let_some_be_left,
    qualify_by_language,
    train,
)
from gold.demo_runs import run_variants
from gold.models import Candidate, GoldDataset, Run, Tier
from gold.removal import remove_team
from gold.services.admitting import admit
from gold.services.candidates import (
    approve_candidates,
    create_dataset,
    proposable,
    propose_items,
    propose_settled,
)
from gold.services.checking import check_all
from gold.services.exposures import tell_exposures
from gold.services.releases import publish_release

SEED = 20261109
DRAWN = 108
LEFT_TO_RATE = 12  # items without ratings, so that whoever signs in as a rater has work
BREAKDOWN_DRAWN = 30
FIRST_RELEASE = 24
DIFFERED = 6  # items proposed on which raters differ, of which so many are gold as contested:
CONTESTED = 2
SHOWN_IN_PROMPT = ["ja-05"]  # an input that an example in the prompt has used up
#: When each thing happened: the simulated raters sat on the evenings between the last two.
IMPORTED = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
OPENED = datetime(2026, 11, 6, 2, 0, tzinfo=UTC)
SETTLED = datetime(2026, 11, 15, 1, 0, tzinfo=UTC)
#: Whoever reads a language, as the qualifications of the project say, gets its conversations.
BY_LANGUAGE = {
    "open_to": Study.OpenTo.NAMED,
    "policy": Study.Policy.IN_ORDER,
    "overlap_max": None,
    "lanes": [
        {"name": "日本語", "where": "language == ja", "qualification": "japanese"},
        {"name": "English", "qualification": "english"},
    ],
}
REPORTED = (Study.Purpose.RATING, Study.Purpose.CALIBRATION)
Tell = Callable[[str], None]
Ratings = Callable[[list[dict[str, Any]]], Iterable[dict[str, Any]]]


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
    preference = rubric(demo, manager, "preference")
    tell("  rating as six simulated raters would")
    qualify_by_language(demo, manager)
    train(demo, manager, good)
    study = quality_study(demo, manager, good)
    let_some_be_left(demo, study)
    check_raters(demo, manager, study)
    leave_one_out(demo, manager, breakdown_study(demo, manager, breakdown))
    calibrate(demo, manager, good)
    customers_study(demo, manager, preference, now)
    ranking_study(demo, manager, preference)
    tell("  hearing 1,000 simulated end users")
    hear_end_users(demo, manager, good)
    tell("  computing agreement, publishing gold releases 1 and 2")
    dataset = first_gold(demo, manager, study)
    for one in demo.project.studies.filter(purpose__in=REPORTED):
        take_snapshot(one, now=now)
    check_all(dataset, now)  # agreement is known by now
    release = publish_release(
        actor=manager, dataset=dataset, now=SETTLED, note="The first verdicts."
    )
    run_variants(manager, release, SETTLED)
    grow(demo, manager, dataset, good)
    return demo


def is_complete(team: Team) -> bool:
    """A run on the second release is the last thing that is loaded."""
    runs = Run.objects.filter(release__dataset__project__team=team)
    return runs.filter(release__number=2).exists()


@transaction.atomic
def remove_demo() -> None:
    """Take the demonstration and its people away, and nothing else."""
    team = find_team()
    if team:
        remove_team(team)
    emails = [person["email"] for person in people()["people"]]
    User.objects.filter(email__in=emails, memberships=None).delete()


def rubric(demo: Demo, manager: User, key: str) -> RubricVersion:
    draft = create_rubric(actor=manager, project=demo.project, data=template(key), template=key)
    return publish_version(actor=manager, version=draft, now=IMPORTED)


def quality_study(demo: Demo, manager: User, version: RubricVersion) -> Study:
    """Good dialogue, rated by three an item; the last items of the draw are left to rate."""
    from fixtures.simulation import RATERS, simulate_ratings

    study = create_study(
        actor=manager, project=demo.project, name="Good dialogue, round 1", rubric_version=version
    )
    widen(manager, study)
    study = change_policy(actor=manager, study=study, changes=BY_LANGUAGE)
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


def bring_ratings(demo: Demo, study: Study, simulate: Ratings, most: int) -> None:
    """Simulated ratings of the first `most` items, given by the people of the demonstration."""
    raters = demo.raters()
    for rater in raters.values():
        name_rater(actor=None, study=study, rater=rater)
    items = Item.objects.filter(study=study).order_by("seq").select_related("conversation")
    conversations = [as_fixture(item.conversation) for item in items[:most]]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for rating in simulate(conversations):
                person = raters[rating["rater"]]
                file.write(json.dumps({**rating, "rater": person.key}, ensure_ascii=False) + "\n")
        import_ratings(actor=None, study=study, source=Source(path), importer="jsonl", now=SETTLED)


def first_gold(demo: Demo, manager: User, study: Study) -> GoldDataset:
    """Verdicts in gold before agreement is computed, so that raters can be held against them."""
    dataset = create_dataset(
        actor=manager,
        project=demo.project,
        name="Komorie gold",
        description="Support dialogues with settled verdicts. Synthetic.",
    )
    tell_exposures(
        actor=manager, project=demo.project, keys=SHOWN_IN_PROMPT, use="few_shot",
        note="Example in the prompt of v13.", now=SETTLED,
    )  # fmt: skip
    propose_settled(actor=manager, dataset=dataset, study=study, now=SETTLED)
    passing = dataset.candidates.filter(outcome=Candidate.Outcome.PASSES).order_by("pk")
    uids = list(passing.values_list("uid", flat=True)[:FIRST_RELEASE])
    approve_candidates(actor=manager, dataset=dataset, uids=uids, now=SETTLED)
    contest(dataset, manager, study)
    return dataset


def contest(dataset: GoldDataset, manager: User, study: Study) -> None:
    """Some items on which raters differ are proposed; those that can be are gold as contested."""
    disputed = proposable(dataset, study, disputed=True).order_by("seq")[:DIFFERED]
    items = Item.objects.filter(pk__in=list(disputed.values_list("pk", flat=True)))
    propose_items(actor=manager, dataset=dataset, items=items, now=SETTLED)
    able = dataset.candidates.filter(outcome=Candidate.Outcome.CONTESTED).order_by("pk")
    uids = list(able.values_list("uid", flat=True)[:CONTESTED])
    admit(actor=manager, dataset=dataset, uids=uids, now=SETTLED, tier=Tier.CONTESTED)
