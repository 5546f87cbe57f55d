"""The pages of rubrics: who may do what, and what happens to what was typed."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry, Role
from annotation import rubric_templates
from annotation.models import CriterionHold, Rubric, RubricVersion
from annotation.rubric_purposes import PURPOSES
from annotation.services import rubrics
from tests import factories
from tests.conftest import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(project, alice):
    return rubrics.create_rubric(
        actor=alice, project=project, data=rubric_templates.template("dialogue_breakdown")
    )


@pytest.fixture
def manager(signed_in, alice):
    return signed_in(alice)


def edit_url(version):
    return reverse("annotation:rubric_edit", args=[version.uid])


def typed(**fields):
    """The least form of one criterion, as a browser sends it."""
    return {
        "name.en": "Tone",
        "name.ja": "口調",
        "criteria[0].key": "tone",
        "criteria[0].name.en": "Tone",
        "criteria[0].name.ja": "口調",
        "criteria[0].target": "conversation",
        "criteria[0].kind": "binary",
        "criteria[0].required": "1",
        "criteria[0].weight": "1",
        **fields,
    }


def test_a_project_without_rubrics_offers_the_templates(manager, project):
    shown = manager.get(reverse("annotation:rubrics", args=[project.uid])).content.decode()
    assert all(f"/rubrics/new/{key}/" in shown for key in rubric_templates.TEMPLATES)


@pytest.mark.parametrize("key", rubric_templates.TEMPLATES)
def test_every_template_is_shown_and_becomes_a_rubric(manager, project, key):
    page = manager.get(reverse("annotation:rubric_template", args=[project.uid, key]))
    made = manager.post(reverse("annotation:rubric_create", args=[project.uid]), {"template": key})
    version = RubricVersion.objects.get()
    assert (page.status_code, made.url) == (200, edit_url(version))
    assert manager.get(made.url).status_code == 200


def test_every_template_has_a_purpose():
    assert set(PURPOSES) == set(rubric_templates.TEMPLATES)


def test_an_empty_rubric_begins_with_its_name(manager, project):
    manager.post(
        reverse("annotation:rubric_create", args=[project.uid]), {"name_ja": "口調", "name_en": ""}
    )
    version = RubricVersion.objects.get()
    assert (version.rubric.name, version.criteria.count()) == ({"ja": "口調"}, 0)


def test_what_the_editor_shows_can_be_saved_as_it_stands(manager, draft):
    before = rubrics.rubric_data(draft)
    editor = manager.get(edit_url(draft)).context["editor"]
    saved = manager.post(edit_url(draft), form_of(editor) | {"do": "save"})
    assert (saved.status_code, rubrics.rubric_data(draft)) == (302, before)


def form_of(editor):
    """All fields of the editor's page with what they hold."""
    fields = [field for words in (editor.name, editor.intro) for field in words.fields]
    for criterion in editor.criteria:
        fields += [field for words in criterion.words.values() for field in words.fields]
        fields += criterion.fields.values()
        for point in criterion.points:
            fields += [point.key, *point.label.fields, *point.anchor.fields]
            fields += [f for example in point.examples for f in fields_of(example)]
        fields += [f for example in criterion.examples for f in fields_of(example)]
    return {
        field.path: "1" if field.value is True else field.value
        for field in fields
        if field.value is not False
    }


def fields_of(example):
    return [example.verdict, *example.text.fields]


def test_a_criterion_is_added_to_what_is_typed_and_nothing_is_saved(manager, draft):
    answer = manager.post(edit_url(draft), typed(do="add criteria", **{"name.en": "Typed"}))
    editor = answer.context["editor"]
    assert (answer.status_code, len(editor.criteria)) == (200, 2)
    assert editor.name.fields[1].value == "Typed"
    assert draft.criteria.count() == 2


def test_points_move_and_go_with_their_words(manager, draft):
    points = {
        f"criteria[0].points[{n}].{name}": value
        for n, key in enumerate("abc")
        for name, value in (("key", key), ("label.en", key.upper()))
    }
    moved = manager.post(edit_url(draft), typed(do="down criteria[0].points[0]", **points))
    removed = manager.post(edit_url(draft), typed(do="remove criteria[0].points[1]", **points))
    keys = [
        [point.key.value for point in answer.context["editor"].criteria[0].points]
        for answer in (moved, removed)
    ]
    assert keys == [["b", "a", "c"], ["a", "c"]]


def test_errors_come_back_at_their_fields_with_all_that_was_typed(manager, draft):
    bad = {"criteria[0].key": "no spaces", "criteria[0].note.ja": "長さは評価しない"}
    answer = manager.post(edit_url(draft), typed(do="save", **bad))
    criterion = answer.context["editor"].criteria[0]
    assert answer.status_code == 422
    assert criterion.fields["key"].is_wrong
    assert "長さは評価しない" in answer.content.decode()
    assert draft.criteria.count() == 2


def test_a_saved_draft_says_what_was_typed(manager, draft):
    manager.post(edit_url(draft), typed(do="save"))
    assert [criterion.key for criterion in draft.criteria.all()] == ["tone"]


def test_what_somebody_else_saved_is_not_written_over_unseen(manager, draft, alice):
    seen = rubrics.draft_hash(draft)
    rubrics.save_draft(
        actor=alice,
        version=draft,
        data=rubric_templates.template("dialogue_breakdown") | {"intro": {}},
    )
    answer = manager.post(edit_url(draft), typed(do="save", seen=seen))
    again = manager.post(edit_url(draft), typed(do="save", seen=answer.context["seen"]))
    assert (answer.status_code, again.status_code) == (409, 302)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202eevil", "=1+1", "**bold** [x](javascript:1)"]
)
def test_a_hostile_text_is_shown_as_text(manager, draft, text):
    manager.post(edit_url(draft), typed(do="save", **{"criteria[0].question.en": text}))
    for url in (draft.get_absolute_url(), edit_url(draft)):
        shown = manager.get(url).content.decode()
        assert "<script>alert" not in shown


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"criteria[0].question.en": "a\x00b"}, "criteria[0].question.en"),
        ({"criteria[0].question.ja": "あ" * 10_001}, "criteria[0].question.ja"),
        ({"criteria[0].show_if": "nobody == 1"}, "criteria[0].show_if"),
        ({"criteria[0].kind": "stars"}, "criteria[0].kind"),
        ({"criteria[0].minimum": "low"}, "criteria[0].minimum"),
        ({"criteria[0].weight": "nan"}, "criteria[0].weight"),
        ({"criteria[0].effect.sort": "minus"}, "criteria[0].effect"),
        ({"criteria[0].derived.base": "tone"}, "criteria[0].derived"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(manager, draft, fields, path):
    answer = manager.post(edit_url(draft), typed(do="save", **fields))
    assert answer.status_code == 422
    assert path in {problem.path for problem in answer.context["editor"].problems.all}
    assert draft.criteria.count() == 2


def test_fifty_one_criteria_are_refused_and_come_back(manager, draft):
    many = {
        f"criteria[{n}].{name}": value
        for n in range(51)
        for name, value in (("key", f"c{n}"), ("name.en", "C"), ("kind", "text"))
    }
    answer = manager.post(edit_url(draft), {"name.en": "Many", "do": "save", **many})
    assert (answer.status_code, len(answer.context["editor"].criteria)) == (422, 51)


@pytest.mark.parametrize(
    "act", ["", "eat criteria[0]", "add", "add nothing", "up criteria[9]", "remove name", "up x[y]"]
)
def test_a_forged_button_is_refused(manager, draft, act):
    answer = manager.post(edit_url(draft), typed(do=act or "?"))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        "criteria",
        "criteria[0]",
        "criteria[0].name",
        "criteria[x].key",
        "name",
        "criteria[0].a.b.c.d",
    ],
)
def test_a_forged_field_changes_nothing(manager, draft, name):
    answer = manager.post(edit_url(draft), {name: "x"} | typed(do="save"))
    assert answer.status_code in {302, 422}


def test_a_rubric_goes_out_as_a_file_and_comes_in_again(manager, draft, project):
    exported = manager.get(reverse("annotation:rubric_json", args=[draft.uid]))
    file = SimpleUploadedFile("rubric.json", exported.content)
    manager.post(reverse("annotation:rubric_create", args=[project.uid]), {"file": file})
    copy = RubricVersion.objects.exclude(pk=draft.pk).get()
    assert rubrics.rubric_data(copy)["criteria"] == rubrics.rubric_data(draft)["criteria"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[1]",
        b'{"name": {"en": "X"}, "criteria": "all"}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"key": "x", "name": {"en": "\\ud800"}, "criteria": []}',
        json.dumps({"key": "x", "name": {"en": 1}, "criteria": [{"points": {}}]}).encode(),
        b" " * 2_000_001,
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(manager, project, content):
    file = SimpleUploadedFile("bad.json", content)
    answer = manager.post(reverse("annotation:rubric_create", args=[project.uid]), {"file": file})
    assert (answer.status_code, Rubric.objects.count()) == (422, 0)


def test_a_bad_file_leaves_the_draft_as_it_was(manager, draft):
    file = SimpleUploadedFile("bad.json", b"{}")
    answer = manager.post(reverse("annotation:rubric_replace", args=[draft.uid]), {"file": file})
    assert (answer.status_code, draft.criteria.count()) == (422, 2)


def test_publishing_asks_once_more_and_then_offers_a_study(manager, draft):
    asked = manager.get(reverse("annotation:rubric_publish", args=[draft.uid])).content.decode()
    manager.post(reverse("annotation:rubric_freeze", args=[draft.uid]))
    draft.refresh_from_db()
    shown = manager.get(draft.get_absolute_url()).content.decode()
    assert "cannot be changed" in asked
    assert draft.state == RubricVersion.State.PUBLISHED
    assert f"?version={draft.pk}" in shown


def test_an_empty_rubric_cannot_be_published(manager, project, alice):
    empty = rubrics.create_rubric(
        actor=alice, project=project, data={"name": {"en": "Empty"}, "criteria": []}
    )
    asked = manager.get(reverse("annotation:rubric_publish", args=[empty.uid]))
    refused = manager.post(reverse("annotation:rubric_freeze", args=[empty.uid]))
    assert "cannot be published yet" in asked.content.decode()
    assert refused.status_code == 422


def test_a_published_version_has_no_editor(manager, draft):
    manager.post(reverse("annotation:rubric_freeze", args=[draft.uid]))
    assert manager.get(edit_url(draft)).status_code == 409
    assert manager.post(edit_url(draft), typed(do="save")).status_code == 409


def test_a_new_version_shows_what_becomes_of_ratings(manager, project):
    old = factories.make_rubric_version(factories.make_rubric(project))
    study = factories.make_study(project, old)
    factories.make_rating(factories.make_item(study), scores={"helpful": 2})
    manager.post(reverse("annotation:rubric_draft", args=[old.rubric.uid]))
    draft = old.rubric.versions.get(number=2)
    shown = manager.get(draft.get_absolute_url())
    assert [effect.change.key for effect in shown.context["effects"]] == ["helpful"]


def test_a_criterion_sent_back_is_shown_and_lifted_when_published(manager, project, alice):
    old = rubrics.create_rubric(
        actor=alice, project=project, data=rubric_templates.template("dialogue_breakdown")
    )
    factories.publish(old)
    study = factories.make_study(project, old)
    hold = CriterionHold.objects.create(
        study=study,
        criterion=old.criteria.first(),
        item=factories.make_item(study),
        reason="What counts as odd?",
    )
    draft = rubrics.start_draft(actor=alice, rubric=old.rubric)
    data = rubrics.rubric_data(draft)
    data["criteria"][0]["question"] = {"en": "Can one go on?", "ja": "続けられますか。"}
    rubrics.save_draft(actor=alice, version=draft, data=data)
    for url in (edit_url(draft), old.get_absolute_url()):
        assert "What counts as odd?" in manager.get(url).content.decode()
    asked = manager.get(reverse("annotation:rubric_publish", args=[draft.uid]))
    assert list(asked.context["holds"]) == [hold]
    manager.post(
        reverse("annotation:rubric_freeze", args=[draft.uid]), {"lift": hold.criterion.key}
    )
    hold.refresh_from_db()
    assert hold.lifted_at is not None


READ = ["rubric_version", "rubric_json"]
WRITE = ["rubric_edit", "rubric_publish", "rubric_discard"]


@pytest.mark.parametrize("name", [*READ, *WRITE])
def test_a_stranger_finds_nothing(signed_in, charlie, draft, name):
    url = reverse(f"annotation:{name}", args=[draft.uid])
    assert signed_in(charlie).get(url).status_code == 404


@pytest.mark.parametrize("name", ["rubric_freeze", "rubric_replace", "rubric_preview"])
def test_a_stranger_changes_nothing(signed_in, charlie, draft, name):
    url = reverse(f"annotation:{name}", args=[draft.uid])
    assert signed_in(charlie).post(url).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.MANAGER, 200, 200),
        (Role.ADJUDICATOR, 200, 403),
        (Role.VIEWER, 200, 403),
        (Role.RATER, 403, 403),
    ],
)
def test_a_role_decides(signed_in, team, draft, role, reads, writes):
    client = signed_in(member(team, role, role))
    read = {client.get(reverse(f"annotation:{n}", args=[draft.uid])).status_code for n in READ}
    write = {client.get(reverse(f"annotation:{n}", args=[draft.uid])).status_code for n in WRITE}
    assert (read, write) == ({reads}, {writes})


def test_archived_rubrics_leave_the_list_and_come_back(manager, draft, project):
    url = reverse("annotation:rubric_archive", args=[draft.rubric.uid])
    for act, archived in [("archive", [draft.rubric]), ("restore", [])]:
        for _sent_twice in range(2):
            manager.post(url, {"do": act})
            page = manager.get(reverse("annotation:rubrics", args=[project.uid]))
            assert [row.rubric for row in page.context["archived"]] == archived


def test_the_page_of_a_rubric_offers_what_is_not_the_case_yet(manager, draft):
    url = reverse("annotation:rubric_archive", args=[draft.rubric.uid])
    offers = {}
    for act in ["restore", "archive"]:
        manager.post(url, {"do": act})
        page = manager.get(draft.rubric.get_absolute_url()).content.decode()
        offers[act] = [one for one in ["archive", "restore"] if f'value="{one}"' in page]
    assert offers == {"restore": ["archive"], "archive": ["restore"]}


def test_a_rubric_is_archived_once_however_often_one_asks(alice, draft):
    seen_by_both = [Rubric.objects.get(pk=draft.rubric_id) for _click in range(2)]
    for rubric in seen_by_both:
        rubrics.archive_rubric(actor=alice, rubric=rubric, now=factories.NOON)
    for rubric in seen_by_both:
        rubrics.unarchive_rubric(actor=alice, rubric=rubric)
    verbs = list(
        AuditEntry.objects.values_list("verb", flat=True).filter(verb__contains="archived")
    )
    assert sorted(verbs) == ["rubric.archived", "rubric.unarchived"]


def test_discarding_the_only_version_takes_the_rubric_with_it(manager, draft):
    manager.post(reverse("annotation:rubric_discard", args=[draft.uid]))
    assert not Rubric.objects.exists()


def test_the_preview_leaves_out_what_has_errors(manager, draft):
    answer = manager.post(
        reverse("annotation:rubric_preview", args=[draft.uid]),
        typed(show="", **{"criteria[0].kind": "stars"}),
    )
    assert "tone" in answer.content.decode()
    assert answer.status_code == 200
