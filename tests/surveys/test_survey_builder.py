"""What the builder reads, what its buttons do, and what it refuses."""

import json

import pytest
from django.test import Client

from surveys.draft_changes import change
from surveys.draft_forms import as_document, read, typed_from
from surveys.models import Survey
from surveys.services.surveys import create_survey
from surveys.survey_templates import KEYS, survey_template
from tests import factories
from tests.surveys.forms_of import document, question

pytestmark = pytest.mark.django_db


def fields_of(node, path=""):
    """The fields of a page that shows this document."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from fields_of(value, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from fields_of(value, f"{path}[{number}]")
    elif node is not False and node is not None:
        yield path, "1" if node is True else str(node)


@pytest.mark.parametrize("key", KEYS)
def test_a_document_comes_back_as_it_was_shown(key):
    document = survey_template(key).document
    assert read(dict(fields_of(document))) == document


def test_members_move_within_and_between_pages():
    typed = typed_from(survey_template("csat_chat").document)
    first, second = (element["name"] for element in typed["pages"][0]["elements"][:2])
    assert change(typed, "down pages[0].elements[0]") == "pages[0].elements[1]"
    assert [e["name"] for e in typed["pages"][0]["elements"][:2]] == [second, first]
    assert change(typed, "add pages") == "pages[1]"
    last = len(typed["pages"][0]["elements"]) - 1
    assert change(typed, f"down pages[0].elements[{last}]") == "pages[1].elements[0]"
    assert change(typed, "up pages[1].elements[0]") == f"pages[0].elements[{last}]"


def test_a_copy_has_a_name_of_its_own_and_choices_come_before_other():
    typed = typed_from(survey_template("csat_chat").document)
    at = next(n for n, e in enumerate(typed["pages"][0]["elements"]) if e["type"] == "multi")
    assert change(typed, f"copy pages[0].elements[{at}]") == f"pages[0].elements[{at + 1}]"
    names = [element["name"] for element in typed["pages"][0]["elements"]]
    assert len(set(names)) == len(names)
    change(typed, f"add pages[0].elements[{at}].choices")
    assert typed["pages"][0]["elements"][at]["choices"][-1]["other"] is True


def test_a_language_goes_with_its_texts():
    typed = typed_from(survey_template("two_items").document)
    change(typed, "hush ja")
    assert "ja" not in json.dumps(as_document(typed))
    change(typed, "speak", language="pt-BR")
    assert typed["locales"] == ["en", "pt-BR"]


@pytest.mark.parametrize(
    "act", ["add", "up pages[9]", "burn pages[0]", "add title", "down pages[0].elements[x]", ""]
)
def test_what_no_button_asks_is_refused(act):
    typed = typed_from(survey_template("nps").document)
    with pytest.raises(Exception, match="Reload the page"):
        change(typed, act)


@pytest.fixture
def manager():
    project = factories.make_project()
    user = factories.make_user()
    factories.make_membership(project.team, user, "manager")
    client = Client()
    client.force_login(user)
    client.project, client.user = project, user
    return client


@pytest.fixture
def survey(manager):
    document = survey_template("csat_chat").document
    return create_survey(
        actor=manager.user, project=manager.project, name="After chat", document=document
    )


def edited(client, survey, **fields):
    document = survey.versions.get(state="draft").document
    return client.post(f"/surveys/{survey.uid}/edit/", dict(fields_of(document)) | fields)


def test_what_somebody_else_saved_is_not_written_over_unseen(manager, survey):
    answer = edited(manager, survey, do="save", seen="0" * 64)
    assert answer.status_code == 409
    assert b"saved by somebody else" in answer.content


def test_a_broken_condition_is_saved_and_told_at_its_place(manager, survey):
    name = "pages[0].elements[1].visibleIf"
    answer = edited(manager, survey, **{name: "satisfied ="})
    assert answer.status_code == 200
    draft = survey.versions.get()
    assert draft.document["pages"][0]["elements"][1]["visibleIf"] == "satisfied ="
    assert 'id="at-pages-0-elements-1-visibleIf-problems"' in answer.content.decode()
    assert "position 11" in answer.content.decode()
    assert manager.post(f"/surveys/{survey.uid}/freeze/").status_code == 422


def test_publishing_again_tells_what_changed(manager, survey):
    manager.post(f"/surveys/{survey.uid}/freeze/")
    manager.post(f"/surveys/{survey.uid}/draft/")
    name = "pages[0].elements[0].title.en"
    edited(manager, survey, **{name: "How good was this chat?", "do": "save"})
    told = manager.get(f"/surveys/{survey.uid}/publish/").content.decode()
    assert "How" in told
    assert "<del>" in told
    assert "<ins>" in told


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "required"),
        ({"name": "x", "json": "{"}, "no JSON"),
        ({"name": "x\x00"}, "Null characters"),
        ({"name": "x", "json": "[]"}, "object"),
    ],
)
def test_new_surveys_that_are_refused(manager, fields, says):
    answer = manager.post(f"/p/{manager.project.uid}/surveys/create/", fields)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Survey.objects.exists()


def test_the_preview_of_a_draft_that_hides_every_question_says_so(manager):
    """Two questions that wait for each other: the builder shows the draft beside its check."""
    data = document(
        [question("csat", "a", visibleIf="b == 1"), question("csat", "b", visibleIf="a == 1")]
    )
    survey = create_survey(actor=manager.user, project=manager.project, name="C", document=data)
    for answer in (
        manager.get(f"/surveys/{survey.uid}/preview/"),
        manager.post(f"/surveys/{survey.uid}/preview/", {}),
    ):
        assert answer.status_code == 200
        assert "hide every question" in answer.content.decode()


@pytest.mark.parametrize(("p", "shown"), [(1.0, "100"), (0.125, "12.5")])
def test_the_share_is_written_as_people_write_it(manager, survey, p, shown):
    type(survey).objects.filter(pk=survey.pk).update(sample_p=p)
    page = manager.get(f"/surveys/{survey.uid}/settings/").content.decode()
    assert f'name="share" value="{shown}"' in page


def test_settings_are_checked_and_the_address_is_unique(manager, survey):
    twin = create_survey(
        actor=manager.user, project=manager.project, name="Twin", document={"pages": []}
    )
    given = {"name": "After", "slug": twin.slug, "share": "0.5", "cooldown_days": 3}
    answer = manager.post(f"/surveys/{survey.uid}/settings/", given)
    assert answer.status_code == 422
    assert "is taken" in answer.content.decode()
    given["slug"] = "after-chat"
    assert manager.post(f"/surveys/{survey.uid}/settings/", given).status_code == 302
    survey.refresh_from_db()
    assert (survey.slug, survey.sample_p, survey.is_open) == ("after-chat", 0.005, False)
    for name, wrong in (("share", "0"), ("quota", "0"), ("cooldown_days", "-1"), ("slug", "A b")):
        answer = manager.post(f"/surveys/{survey.uid}/settings/", given | {name: wrong})
        assert answer.status_code == 422


def test_many_links_and_their_file(manager, survey):
    manager.post(f"/surveys/{survey.uid}/freeze/")
    given = {"name": "=Panel", "links": 60, "quota": 1, "days": 7}
    assert manager.post(f"/surveys/{survey.uid}/links/make/", given).status_code == 302
    lines = manager.get(f"/surveys/{survey.uid}/links.csv").content.decode().splitlines()
    assert len(lines) == 61
    assert lines[1].startswith(f"'=Panel 1,http://testserver/s/{survey.slug}/l/")
    assert Client().get(lines[1].split(",")[1]).status_code == 200
    assert b"?page=2" in manager.get(f"/surveys/{survey.uid}/links/").content
    given["links"] = 1_001
    assert manager.post(f"/surveys/{survey.uid}/links/make/", given).status_code == 422


def test_the_list_searches_and_says_what_to_do(manager):
    address = f"/p/{manager.project.uid}/surveys/"
    assert b"There is no survey yet." in manager.get(address).content
    document = survey_template("nps").document
    create_survey(actor=manager.user, project=manager.project, name="NPS", document=document)
    assert b"No survey fits" in manager.get(address, {"q": "csat"}).content
    assert b">NPS<" in manager.get(address, {"q": "np", "state": "draft"}).content
