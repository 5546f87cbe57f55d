"""Two teams at the same work at the same time see nothing of each other, and both come to its end.

`TOUCHSTONE_TEAMS=400,60` (conversations, items) gives each of them more of it.
"""

import json
import os
import random
import re
import threading
import uuid
from dataclasses import dataclass, field

import pytest

from accounts.models import Membership, Project, Role, Team
from annotation.models import Item, Rating, Study
from bench.raters import POINT, SUBMIT
from bench.scene import signed_in
from bench.wire import Wire
from conversations.models import Conversation
from gold.exports import verify_lines
from gold.models import Release
from tests import factories
from tests.conversations.conftest import lines, record
from tests.invariants.walker import Fields, Form, Walker

pytestmark = pytest.mark.django_db(transaction=True)
CONVERSATIONS, ITEMS = map(int, os.environ.get("TOUCHSTONE_TEAMS", "24,4").split(","))
RATERS = 2


@dataclass
class Party:
    """One team's people; its word stands in all that they write and nowhere else."""

    word: str
    project: Project
    manager: Walker
    raters: list[Wire]
    names: list[str]
    problems: list[str] = field(default_factory=list)
    export: bytes = b""

    def work(self) -> None:
        try:
            self.walk()
        except Exception as error:  # a thread's error must fail the test, not vanish
            self.problems.append(f"{self.word}: {type(error).__name__}: {error}")

    def walk(self) -> None:
        walker, word, project = self.manager, self.word, f"/p/{self.project.uid}"
        walker.go(f"{project}/conversations/import/")
        said = (record(n) for n in range(CONVERSATIONS))
        ours = [one | {"messages": [dict(m, content=f"{m['content']} {word}") for m in
                one["messages"]]} for one in said]  # fmt: skip
        walker.upload("/import/upload/", f"{word}.jsonl", lines(*ours))
        walker.until("/confirm/")
        walker.send("/confirm/")
        walker.until(f"{CONVERSATIONS} new conversations came in")

        walker.go(f"{project}/rubrics/")
        walker.send("/rubrics/create/", template="good_dialogue")
        walker.send("/edit/", do="publish")
        walker.send("/freeze/")

        walker.go(f"{project}/studies/new/")
        walker.send("/studies/create/", name=f"Round of {word}", overlap=str(RATERS))
        study = walker.at
        walker.send("/draw/", size=str(ITEMS), seed="7")
        walker.send("/raters/", lambda form: chosen(form, "members"))
        walker.send("/open/state/")
        for wire in self.raters:
            self.rate(wire, f"{study}rate/")

        walker.go(f"{study}agreement/")
        walker.send("/agreement/compute/")
        walker.until("agreement.csv")
        walker.go(f"{study}settle/")
        while "/decide/" in walker.page:
            walker.send("/decide/", answered, reason=f"So says {word}.", rest="1")

        walker.go(f"{project}/gold/")
        walker.send("/gold/create/", name=f"Gold of {word}")
        dataset = walker.at
        walker.send("/propose/")
        walker.send("/decide/", lambda form: [*chosen(form, "candidate"), ("act", "approve")])
        walker.go(dataset)
        walker.send("/publish/")
        walker.send("/export/", form="jsonl")
        walker.until("/exports/")
        self.export = walker.wire.get(walker.link(r"/exports/[0-9a-f-]{36}/")).body

    def rate(self, wire: Wire, path: str) -> None:
        chance, answer = random.Random(path), wire.get(path)
        assert answer.status == 200, answer.body
        while found := SUBMIT.search(answer.body):
            page = answer.body.decode()
            assert self.word in page
            assert not any(word in page for word in self.manager.foreign)
            points: dict[str, list[str]] = {}
            for name, point in POINT.findall(answer.body):
                points.setdefault(name.decode(), []).append(point.decode())
            form = {name: chance.choice(offered) for name, offered in points.items()}
            form |= {"client_key": str(uuid.uuid4()), "comment": f"{self.word} it is"}
            headers = {"HX-Request": "true", "X-CSRFToken": wire.cookies["csrftoken"]}
            answer = wire.post(found[1].decode(), form, headers)
            assert answer.status == 200, answer.body


def chosen(form: Form, name: str) -> Fields:
    return [(name, value) for value in form.offered[name]]


def answered(form: Form) -> Fields:
    return [(name, values[0]) for name, values in form.offered.items() if name.startswith("q.")]


def party(word: str, foreign: str, port: int) -> Party:
    team = Team.objects.create(name=f"Team {word}", slug=word.lower())
    project = factories.make_project(team, f"{word.lower()}-support", name=f"Project {word}")
    people = [factories.make_user(f"{word}{n}") for n in range(RATERS + 1)]
    for number, person in enumerate(people):
        role = Role.RATER if number else Role.OWNER
        Membership.objects.create(team=team, user=person, role=role)
    manager, *raters = (signed_in(person, port) for person in people)
    return Party(word, project, Walker(manager, [foreign]), raters, [one.name for one in people])


def test_neither_is_ever_in_an_answer_to_the_other_and_both_counts_are_right(serving):
    with serving() as served:
        both = party("Quokka", "Wombat", served.port), party("Wombat", "Quokka", served.port)
        threads = [threading.Thread(target=one.work, daemon=True) for one in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        printed = served.output()
        assert [one.problems for one in both] == [[], []], printed
        for one, other in (both, both[::-1]):
            for path in one.manager.seen:
                if re.search("[0-9a-f]{8}-", path):
                    assert other.manager.wire.get(path).status in {404, 405}, path
        for one in both:
            for wire in (one.manager.wire, *one.raters):
                wire.close()
    assert "Internal Server Error" not in printed
    for one in both:
        right_counts(one)


def right_counts(one: Party) -> None:
    project = one.project
    assert Conversation.objects.filter(project=project).count() == CONVERSATIONS
    study = Study.objects.get(project=project)
    assert set(study.items.values_list("n_submitted", flat=True)) == {RATERS}
    assert set(study.items.values_list("state", flat=True)) == {Item.State.SETTLED}
    ratings = Rating.objects.filter(item__study=study)
    assert ratings.count() == ITEMS * RATERS
    assert set(ratings.values_list("comment", flat=True)) == {f"{one.word} it is"}
    release = Release.objects.get(dataset__project=project)
    exported = one.export.splitlines()
    assert verify_lines(exported).manifest_hash == release.manifest_hash
    assert len(exported) == ITEMS == release.n_items
    assert all(one.word in json.dumps(json.loads(line)) for line in exported)
