"""The audit log says in words who did what, and has words for whatever is recorded anywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.audit import record
from accounts.audit_words import SENTENCES
from accounts.audited_words import WORDLESS, WORDS

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "conversations", "annotation", "analytics", "gold", "jobs", "surveys")


FACTS = {
    "after", "against", "answers", "asked", "because", "before", "blocks", "cap", "cap_day",
    "content_hash", "count", "counts", "days", "events", "expected", "fewest_meetings", "fields",
    "file", "given", "item", "items", "lanes", "layer", "links", "manifest_hash", "more",
    "most_meetings", "n", "names", "needed", "new", "now", "number", "origins", "overlap",
    "people", "planned", "prefix", "rated_anew", "rater", "raters", "ratings", "receiver",
    "receivers", "refused", "respondent", "revised", "right", "role", "rules", "seed", "share",
    "size", "source", "spans", "state", "study", "tag", "template", "tier", "unchanged",
    "unsettleable", "use", "variant", "was", "what", "which",
}  # fmt: skip
"""What an entry keeps that is no sentence of anybody's: numbers, choices, names."""


def calls_of_record() -> Iterator[tuple[Path, ast.Call]]:
    """Every call of `record` and `entry` of `accounts.audit` in the code."""
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        text = path.read_text()
        if "from accounts.audit import" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "entry",
                "record",
            }:
                yield path, node


def verbs_in(verb: ast.expr) -> Iterator[str]:
    """A verb is written out, or chosen of two that are: else nobody could list them."""
    if isinstance(verb, ast.IfExp):
        yield from verbs_in(verb.body)
        yield from verbs_in(verb.orelse)
    else:
        assert isinstance(verb, ast.Constant), ast.unparse(verb)
        yield verb.value


def test_every_verb_that_is_recorded_has_words_and_no_other():
    recorded = {verb for _path, call in calls_of_record() for verb in verbs_in(call.args[1])}
    assert recorded == SENTENCES.keys()


def test_what_people_wrote_is_kept_under_names_of_which_redaction_knows():
    kept = {each.arg for _path, call in calls_of_record() for each in call.keywords if each.arg}
    assert kept - FACTS - {"target", "project", "team"} == set(WORDS)


def test_no_bulk_of_entries_is_passed_over_that_holds_words():
    for _path, call in calls_of_record():
        if set(verbs_in(call.args[1])) & set(WORDLESS):
            assert not {each.arg for each in call.keywords} & set(WORDS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Opened the study."), ("ja", "評価実験を開始しました。")]
)
def test_the_page_says_it_in_its_language(client, alice, team, language, sentence):
    record(alice, "study.opened", target=team, team=team)
    client.force_login(alice)
    client.cookies["django_language"] = language
    page = client.get(reverse("accounts:audit", args=[team.uid])).content.decode()
    assert sentence in page
    assert "study.opened" not in page


@pytest.mark.django_db
def test_a_verb_of_another_release_stands_as_it_is(client, alice, team):
    record(alice, "study.frozen", target=team, team=team)
    client.force_login(alice)
    assert "study.frozen" in client.get(reverse("accounts:audit", args=[team.uid])).content.decode()


@pytest.fixture
def log(client, alice, bob, team, project):
    """The page as Alice asks for it: she opened a study of the project, and Bob paused another."""
    record(alice, "study.opened", target=project, project=project, team=team)
    record(bob, "study.paused", target=team, team=team)
    client.force_login(alice)

    def asked(**query) -> str:
        answer = client.get(reverse("accounts:audit", args=[team.uid]), query)
        return answer.content.decode()

    return asked


@pytest.mark.django_db
def test_entries_are_found_by_who_made_them(log, bob):
    found = log(who=bob.uid)
    assert "Paused the study." in found
    assert "Opened the study." not in found


@pytest.mark.django_db
def test_entries_are_found_by_project(log, project):
    found = log(project=project.uid)
    assert "Opened the study." in found
    assert "Paused the study." not in found


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["nobody", "01890000-0000-7000-8000-000000000000", "\0"])
def test_who_is_nobody_here_filters_nothing(log, wrong):
    found = log(who=wrong)
    assert "Opened the study." in found
    assert "Paused the study." in found


@pytest.mark.django_db
def test_a_filter_without_entries_leads_back_to_all_of_them(log, alice, project, charlie, team):
    found = log(who=alice.uid, project=project.uid, before=0)
    assert "No entry fits this filter." in found
    assert "Show all" in found
