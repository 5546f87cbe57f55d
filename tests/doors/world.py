"""A world in which every kind of object exists once in each team, and everybody who may knock.

`Side` is a team with one of everything. Every text that a person or a file can fill goes through
`say`, so that the same world serves two tests: here the words name their side and a page that shows
a word of the other side has leaked it; in `tests/browser/test_payloads.py` the words are attacks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.audit import record
from accounts.keys import make_api_key, revoke_api_key
from accounts.models import ApiKey, Invitation, Role, User
from annotation.link_tokens import new_code, token_of
from annotation.models import (
    Assignment,
    AssignmentDraft,
    CriterionHold,
    ExampleProposal,
    Inquiry,
    Item,
    Layer,
    Reply,
    Study,
    StudyRater,
    Verdict,
)
from annotation.services.links import join, make_link
from annotation.services.studies import default_settling
from conversations.models import ImportRun, RefusedLine
from tests import factories
from tests.doors.world_end_users import end_users
from tests.doors.world_feedback import feedback_pages
from tests.doors.world_gold import gold, jobs
from tests.doors.world_gold_items import gold_items
from tests.doors.world_quality import quality
from tests.doors.world_rated import rate, settle, twice_rated
from tests.doors.world_redactions import redactions, written
from tests.doors.world_releases import releases
from tests.doors.world_surveys import surveys

Say = Callable[[str], str]
ROLES = tuple(Role)
PASSWORD_HASH = make_password(factories.PASSWORD)


@dataclass
class Side:
    """A team with one of everything; `things` are found by name: ``side.study.uid``."""

    name: str
    say: Say
    people: dict[str, User] = field(default_factory=dict)
    things: SimpleNamespace = field(default_factory=SimpleNamespace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.things, name)

    def put(self, **things: Any) -> None:
        vars(self.things).update(things)


def build_side(name: str, say: Say) -> Side:
    side = Side(name, say)
    for build in (
        people,
        keys,
        conversations,
        redactions,
        rubrics,
        studies,
        ratings,
        written,
        links,
        steering,
        quality,
        gold,
        releases,
        gold_items,
        end_users,
        feedback_pages,
        surveys,
        jobs,
    ):
        build(side)
    return side


def people(side: Side) -> None:
    say = side.say
    team = factories.make_team(side.name, name=say("team"))
    project = factories.make_project(team, f"{side.name}-project", name=say("project"))
    empty = factories.make_project(team, f"{side.name}-empty", name=f"{side.name} empty")
    for role in ROLES:
        person = User.objects.create_user(f"{side.name}.{role}@example.com", name=say(str(role)))
        factories.make_membership(team, person, role)
        side.people[role] = person
    limited = factories.make_user(f"{side.name}.limited")
    factories.make_membership(team, limited, Role.MANAGER, limited=True).projects.add(empty)
    side.people["limited"] = limited
    for person in side.people.values():
        person.password = PASSWORD_HASH
        person.save()
    newcomer = factories.make_user(f"{side.name}.newcomer")
    member = factories.make_membership(team, newcomer, Role.VIEWER)
    invitation = Invitation.objects.create(
        team=team,
        role=Role.MANAGER,  # which takes nothing from anybody of the team
        label=say("label"),
        invited_by=side.people[Role.OWNER],
        expires_at=timezone.now() + timedelta(days=3),
    )
    side.put(team=team, project=project, empty=empty, member=member, invitation=invitation)
    record(
        side.people[Role.OWNER],
        "invitation.made",
        target=invitation,
        team=team,
        note=say("audit note"),
    )


def keys(side: Side) -> None:
    """One a role and one of each that must open nothing; used just now, so that a look writes
    nothing."""
    now = timezone.now()
    made = {
        "owner": (side.project, Role.OWNER),
        "manager": (side.project, Role.MANAGER),
        "viewer": (side.project, Role.VIEWER),
        "elsewhere": (side.empty, Role.MANAGER),
        "revoked": (side.project, Role.MANAGER),
        "expired": (side.project, Role.MANAGER),
    }
    secrets = {}
    for name, (project, role) in made.items():
        key, secrets[name] = make_api_key(
            actor=side.people[Role.OWNER],
            project=project,
            name=side.say("key")[:100],
            role=role,
            now=now,
            days=0 if name == "expired" else 30,
        )
        if name == "revoked":
            revoke_api_key(actor=side.people[Role.OWNER], key=key, now=now)
        if name == "manager":
            side.put(key=key)
    ApiKey.objects.filter(project__team=side.team).update(last_used_at=now)
    side.put(secrets=secrets)


def conversations(side: Side) -> None:
    say, project = side.say, side.project
    variant = factories.make_variant(
        project,
        say("variant")[:120],
        model=say("model")[:200],
        prompt=say("prompt"),
        retrieval_index=say("index")[:200],
        code_revision=say("revision")[:200],
        parameters={say("parameter"): say("parameter value")},
    )
    other = factories.make_variant(project, f"{side.name} other")
    run = ImportRun.objects.create(
        project=project,
        file_name=say("file")[:255],
        source="jsonl",
        state=ImportRun.State.DONE,
        problem=say("problem"),
        started_by=side.people[Role.OWNER],
        n_new=1,
        n_refused=1,
        options={},
    )
    folder = Path(settings.MEDIA_ROOT) / "doors"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{side.name}.csv"
    file.write_text(f"input,output\n{say('asked')},{say('answered')}\n")
    begun = partial(
        ImportRun.objects.create,
        project=project,
        file_name=f"{side.name}.csv",
        path=str(file),
        source="csv",
        n_new=1,
    )
    state = ImportRun.State
    side.put(
        checked_run=begun(state=state.CHECKED, options={"mapping": None, "encoding": "utf-8"}),
        unread_run=begun(state=state.CHECKING, options={"mapping": None, "encoding": "utf-8"}),
    )
    refused = RefusedLine.objects.create(
        run=run,
        file=say("refused file")[:255],
        line=3,
        code="bad",
        reason=say("refused reason"),
        excerpt=say("excerpt"),
        raw=say("raw").encode(),
    )
    make = partial(
        factories.make_conversation,
        project,
        turns=turns(say),
        variant=variant,
        metadata={say("metadata key"): say("metadata value")},
        reference=say("reference"),
        error=say("error"),
        language="en",
        run=run,
    )
    first = make(say("conversation")[:255])
    second = factories.make_conversation(project, f"{side.name} second", variant=other)
    spare = factories.make_conversation(project, f"{side.name} spare")
    side.put(
        variant=variant,
        other_variant=other,
        refused_line=refused,
        run=run,
        make_conversation=make,
        conversation=first,
        second_conversation=second,
        spare_conversation=spare,
    )


def turns(say: Say) -> list[dict[str, Any]]:
    """Every part that a turn can have, filled."""
    call = {"id": "c1", "function": {"name": say("tool"), "arguments": say("arguments")}}
    passage = {"id": say("passage id"), "title": say("passage title"), "text": say("passage")}
    passage |= {"source": say("passage source"), "url": "javascript:window.ran=1"}
    return [
        {"id": "s1", "role": "system", "content": say("system")},
        {"id": "u1", "role": "user", "content": say("user")},
        {"id": "a0", "role": "assistant", "content": "", "tool_calls": [call]},
        {"id": "t1", "role": "tool", "name": say("tool"), "content": say("tool answer")},
        {"id": "a1", "role": "assistant", "content": say("answer"), "passages": [passage]},
    ]


def words(say: Say, what: str) -> dict[str, str]:
    return {"en": say(f"{what} in English"), "ja": say(f"{what} 日本語")}


def rubrics(side: Side) -> None:
    say = side.say
    rubric = factories.make_rubric(side.project, f"{side.name}-rubric", name=words(say, "rubric"))
    points = [
        {"key": key, "label": words(say, f"point {key}"), "anchor": words(say, f"anchor {key}")}
        for key in "12345"
    ]
    helpful = {
        "name": words(say, "criterion"),
        "question": words(say, "question"),
        "note": words(say, "note"),
        "points": points,
    }
    version = factories.make_rubric_version(
        rubric, criteria={"helpful": helpful}, intro=words(say, "intro"), note=say("version note")
    )
    draft = factories.make_rubric_version(
        rubric, criteria={"helpful": helpful, "kind": helpful}, published=False
    )
    fresh = factories.make_rubric(side.project, f"{side.name}-fresh", name=words(say, "fresh"))
    side.put(
        rubric=rubric,
        version=version,
        draft=draft,
        criterion=version.criteria.get(),
        fresh_rubric=fresh,
    )


def studies(side: Side) -> None:
    say = side.say
    study = factories.make_study(
        side.project,
        side.version,
        f"{side.name}-study",
        name=say("study")[:120],
        settling=default_settling(side.version, 2),
        blinding={"show_system": True, "show_passage_source": True},
    )
    factories.make_draw(study, strata=say("strata")[:120], table=[stratum(say)])
    items = {
        name: factories.make_item(study, side.make_conversation(f"{side.name} {name}"))
        for name in ("leased", "rated", "disputed", "settled", "waiting", "declined", "gold")
    }
    rater = factories.make_rater(side.project, side.people[Role.RATER])
    desk = factories.make_study_rater(study, rater, n_submitted=1)
    other = factories.make_rater(side.project, key=f"{side.name}-file", display_name=say("rater"))
    planned = factories.make_study(
        side.project, side.version, f"{side.name}-planned", state=Study.State.DRAFT
    )
    factories.make_item(planned, side.make_conversation(f"{side.name} planned"))
    side.put(study=study, items=items, rater=rater, other_rater=other, desk=desk, planned=planned)


def stratum(say: Say) -> dict[str, Any]:
    return {"key": say("stratum"), "pool": 10, "drawn": 5, "probability": 0.5}


def ratings(side: Side) -> None:
    """A lease with a draft, a submitted rating, a dispute, and settled items."""
    say = side.say
    leased = factories.make_assignment(side.items["leased"], side.rater)
    AssignmentDraft.objects.create(assignment=leased, comment=say("draft comment"))
    rated = side.items["rated"]
    submitted = factories.make_assignment(
        rated, side.rater, state=Assignment.State.SUBMITTED, submitted_at=timezone.now()
    )
    rating = rate(side, rated, side.rater, 2, assignment=submitted)
    Item.objects.filter(pk=rated.pk).update(n_submitted=1)
    skipped = factories.make_assignment(
        factories.make_item(side.planned, side.spare_conversation),
        side.other_rater,
        state=Assignment.State.SKIPPED,
        layer=Layer.EXTRA,
        skip_reason=say("skip reason"),
    )
    dispute(side, side.items["disputed"])
    for name in ("settled", "waiting", "declined", "gold"):
        settle(side, side.items[name])
    ask(side)
    side.put(assignment=leased, submitted=submitted, rating=rating, skipped=skipped)


def steering(side: Side) -> None:
    """A rater whose work was set aside, and two in a study with lanes of which one has some."""
    say = side.say
    aside = factories.make_study_rater(side.study, side.other_rater, n_submitted=1)
    item = factories.make_item(side.study, side.make_conversation(f"{side.name} aside"))
    moved = factories.make_assignment(
        item,
        side.other_rater,
        layer=Layer.EXTRA,
        state=Assignment.State.SUBMITTED,
        submitted_at=timezone.now(),
        skip_reason=say("aside reason")[:200],
    )
    rate(side, item, side.other_rater, 1, assignment=moved, layer=Layer.EXTRA)
    laned = factories.make_study(
        side.project,
        side.version,
        f"{side.name}-laned",
        lanes=[{"name": say("lane")[:60], "where": "language == ja"}, {"name": "rest"}],
    )
    factories.make_item(laned, side.make_conversation(f"{side.name} laned"))
    side.put(
        aside=aside,
        laned=factories.make_study_rater(laned, side.rater),
        lane_taker=factories.make_study_rater(laned, side.other_rater, lanes=[1]),
    )


def dispute(side: Side, item: Item) -> None:
    twice_rated(side, item, 0, 4)
    item.state = Item.State.DISPUTED
    item.save()
    hold = CriterionHold.objects.create(
        study=side.planned,
        criterion=side.criterion,
        item=side.planned.items.first(),
        reason=side.say("hold reason"),
        actor=side.people[Role.ADJUDICATOR],
    )
    side.put(hold=hold)


def ask(side: Side) -> None:
    """A question that waits for its rater, and a decision proposed as an example."""
    inquiry = Inquiry.objects.create(
        item=side.items["disputed"],
        words=side.say("question"),
        asked_by=side.people[Role.ADJUDICATOR],
    )
    rate(side, side.items["disputed"], side.rater, 2)
    reply = Reply.objects.create(inquiry=inquiry, rater=side.rater)
    answered = Reply.objects.create(
        inquiry=inquiry, rater=side.other_rater, words=side.say("answer"), at=timezone.now()
    )
    proposal = ExampleProposal.objects.create(
        verdict=Verdict.objects.get(item=side.items["settled"]),
        words=side.say("example"),
        proposed_by=side.people[Role.ADJUDICATOR],
    )
    side.put(reply=reply, answered=answered, proposal=proposal)


def links(side: Side) -> None:
    """A link, and an end user who came by it, has rated one item and holds another."""
    now, code = timezone.now(), new_code()
    link = make_link(
        actor=side.people[Role.MANAGER],
        study=side.study,
        name=side.say("link")[:80],
        quota=5,
        items_each=10,
        minutes=5,
        days=14,
        consent=words(side.say, "consent"),
        now=now,
    )
    came = join(link=link, code=code, language="en", now=now)
    answered, held = (
        factories.make_item(side.study, side.make_conversation(f"{side.name} {name}"))
        for name in ("answered", "held")
    )
    submitted = factories.make_assignment(
        answered, came.rater, state=Assignment.State.SUBMITTED, submitted_at=now
    )
    rating = rate(side, answered, came.rater, 2, assignment=submitted)
    Item.objects.filter(pk=answered.pk).update(n_submitted=1)
    StudyRater.objects.filter(rater=came.rater).update(n_submitted=1)
    side.put(
        link=link,
        link_token=token_of(link),
        receipt_code=code,
        respondents_rating=rating,
        respondents_submitted=submitted,
        respondents_assignment=factories.make_assignment(held, came.rater),
    )
