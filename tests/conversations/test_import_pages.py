"""The pages of an import, one state after the other."""

import pytest
from django.urls import reverse

from conversations import services, uploads
from conversations.models import Conversation, ImportRun
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests.conversations.conftest import lines, record
from tests.factories import NOON, make_item, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in, alice):
    return signed_in(alice)


def shown(client, run):
    return client.get(run.get_absolute_url()).content.decode()


def post(client, name, run):
    return client.post(reverse(f"conversations:{name}", args=[run.uid]))


def test_the_form_is_shown(client, project):
    page = client.get(reverse("conversations:import", args=[project.uid]))
    assert page.status_code == 200
    assert b"multipart/form-data" in page.content


def test_an_upload_leads_to_the_page_of_its_import(client, upload):
    answer = upload(client, lines(record(1)))
    assert answer.status_code == 302
    assert answer["Location"] == ImportRun.objects.get().get_absolute_url()


def test_an_empty_file_is_refused_with_a_sentence(client, upload):
    answer = upload(client, b"")
    assert answer.status_code == 422
    assert "not one byte" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_of_no_known_shape_is_refused_with_what_it_holds(client, upload):
    answer = upload(client, b'{"colour": "red"}\n')
    assert answer.status_code == 422
    assert "colour" in answer.content.decode()


def test_an_upload_over_the_limit_is_refused_before_it_is_read(client, upload, settings):
    settings.TOUCHSTONE_MAX_UPLOAD = 1000
    answer = upload(client, b"x" * 100_000)
    assert answer.status_code == 413
    assert "may have" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_body_is_heard_out_only_when_it_is_too_large_by_a_little(client, upload, settings):
    """Who is cut off in the middle of sending sees a broken connection, and no sentence."""
    settings.TOUCHSTONE_MAX_UPLOAD = 1000
    for size, is_heard in ((100_000, True), (1_000_000, False)):
        request = upload(client, b"x" * size).wsgi_request
        assert (request.read(1) == b"") is is_heard


def test_the_page_lets_the_browser_refuse_what_is_too_large(client, project, settings):
    settings.TOUCHSTONE_MAX_UPLOAD = 1024**2
    page = client.get(reverse("conversations:import", args=[project.uid])).content.decode()
    assert 'data-most-bytes="1048576"' in page
    assert "The file is larger than 1.0\xa0MB." in page


def test_a_file_just_over_the_limit_is_refused_by_its_own_size(client, upload, settings):
    settings.TOUCHSTONE_MAX_UPLOAD = 1000
    answer = upload(client, b"x" * 1_001)
    assert answer.status_code == 422
    assert "may have" in answer.content.decode()


def test_the_upload_keeps_its_csrf_protection(alice, project, settings):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend=settings.AUTHENTICATION_BACKENDS[-1])
    url = reverse("conversations:import_upload", args=[project.uid])
    assert strict.post(url, {}).status_code == 403


def test_a_file_name_is_shown_without_folders_and_controls(client, upload):
    upload(client, lines(record(1)), name="a\u202eb.jsonl")
    assert ImportRun.objects.get().file_name == "ab.jsonl"


def test_while_it_is_checked_the_page_asks_again(client, upload):
    upload(client, lines(record(1)))
    run = ImportRun.objects.get()
    page = shown(client, run)
    assert "being checked" in page
    assert reverse("conversations:import_progress", args=[run.uid]) in page


def test_the_progress_part_reloads_the_page_when_it_is_over(client, begin):
    run = begin(lines(record(1)))
    url = reverse("conversations:import_progress", args=[run.uid])
    assert client.get(url, headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_the_progress_part_shows_how_far_it_is(client, upload):
    upload(client, lines(record(1)))
    run = ImportRun.objects.get()
    Job.objects.filter(uid=run.job_uid).update(done=60, total=120)
    url = reverse("conversations:import_progress", args=[run.uid])
    assert 'value="60" max="120"' in client.get(url).content.decode()


def test_a_checked_file_shows_finding_preview_refused_lines_and_buttons(client, begin):
    run = begin(lines(*(record(n) for n in range(3))) + b'{"id": "x", "messages": ]\n')
    page = shown(client, run)
    assert "3 new conversations would come in." in page
    assert "1 line would be refused." in page
    assert "Where is parcel 0?" in page
    assert "<mark>]</mark>" in page
    assert "Import 3 conversations" in page


def test_a_whole_or_nothing_file_with_a_bad_line_offers_no_import(client, begin):
    page = shown(client, begin(lines(record(1)) + b"not json\n", all_or_nothing=True))
    assert "does not come in" in page
    assert "Import 1 conversation" not in page


def test_confirming_brings_the_file_in(client, begin):
    run = begin(lines(record(1), record(2)))
    assert post(client, "import_confirm", run).status_code == 302
    run_pending_jobs()
    page = shown(client, run)
    assert "2 new conversations came in." in page
    assert "See 2 conversations" in page
    assert Conversation.objects.count() == 2


def test_of_a_data_set_with_ratings_the_page_leads_on_to_them(client, begin, project):
    run = begin(lines(record(1)))
    ratings = reverse("annotation:ratings_import", args=[project.uid])
    post(client, "import_confirm", run)
    run_pending_jobs()
    assert ratings not in shown(client, run)
    ImportRun.objects.update(source="dbdc3")
    assert ratings in shown(client, run)


def test_discarding_leads_back_to_the_list(client, begin, project):
    run = begin(lines(record(1)))
    answer = post(client, "import_discard", run)
    assert answer["Location"] == reverse("conversations:list", args=[project.uid])
    assert "discarded" in shown(client, run)


def test_a_refused_id_shows_the_stored_conversation_beside_the_line(client, bring, begin):
    bring(lines(record(1)))
    other = record(1)
    other["messages"][0]["content"] = "Something else"
    page = shown(client, begin(lines(other)))
    assert "Something else" in page
    assert Conversation.objects.get().get_absolute_url() in page


def test_script_in_a_refused_line_and_in_a_preview_is_text(client, begin):
    evil = record("<script>alert(1)</script>")
    page = shown(client, begin(lines(evil) + b"<script>alert(2)</script>\n"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "alert(2)" in page


def test_a_table_asks_for_its_columns_and_is_checked_with_them(client, upload):
    upload(client, b"q,a,place\nWhere?,Here.,Bonn\n", name="a.csv")
    run = ImportRun.objects.get()
    page = shown(client, run)
    assert "Say which column is what." in page
    assert "Bonn" in page
    answer = client.post(
        reverse("conversations:import_columns", args=[run.uid]),
        {"column_0": "input", "column_1": "output", "column_2": ""},
    )
    assert answer.status_code == 302
    run_pending_jobs()
    assert "1 new conversation would come in." in shown(client, run)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"column_0": "input", "column_1": "input"}, "Two columns are"),
        ({"column_0": "input"}, "Say which columns hold the conversation"),
    ],
)
def test_columns_that_make_no_conversation_are_refused(client, upload, columns, sentence):
    upload(client, b"q,a\nWhere?,Here.\n", name="a.csv")
    run = ImportRun.objects.get()
    answer = client.post(reverse("conversations:import_columns", args=[run.uid]), columns)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_column_set_aside_is_metadata_even_if_its_name_says_otherwise(client, upload, alice):
    upload(client, b"q,a,model\nWhere?,Here.,Ford T\n", name="a.csv")
    run = ImportRun.objects.get()
    client.post(
        reverse("conversations:import_columns", args=[run.uid]),
        {"column_0": "input", "column_1": "output", "column_2": ""},
    )
    run_pending_jobs()
    services.confirm_import(actor=alice, run=run, now=NOON)
    run_pending_jobs()
    stored = Conversation.objects.get()
    assert stored.variant is None
    assert stored.metadata["model"] == "Ford T"


def test_work_that_was_given_up_can_go_on(client, upload):
    upload(client, lines(record(1)))
    run = ImportRun.objects.get()
    Job.objects.update(state=Job.State.FAILED, note="The disk is full.")
    page = shown(client, run)
    assert "The disk is full." in page
    assert post(client, "import_go_on", run).status_code == 302
    run_pending_jobs()
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED


def test_taking_back_asks_first_and_says_what_stays(client, bring, project):
    run = bring(lines(record(1), record(2), record(3)))
    make_item(make_study(project), Conversation.objects.get(external_id="c2"))
    url = reverse("conversations:import_take_back", args=[run.uid])
    page = client.get(url).content.decode()
    assert "2 conversations of this import would be removed" in page
    assert "1 would stay" in page
    assert Conversation.objects.count() == 3
    client.post(url)
    run_pending_jobs()
    page = shown(client, run)
    assert "2 conversations were taken back." in page
    assert "1 stays, because a study holds it." in page


def test_the_imports_of_a_project_are_listed(client, bring, project):
    bring(lines(record(1)), name="may.jsonl")
    page = client.get(reverse("conversations:imports", args=[project.uid])).content.decode()
    assert "may.jsonl" in page


def test_the_list_of_imports_pages_by_key(client, project, monkeypatch):
    monkeypatch.setattr("conversations.views.imports.IMPORTS_PAGE", 2)
    for number in range(3):
        ImportRun.objects.create(project=project, file_name=f"{number}.jsonl", path="x")
    url = reverse("conversations:imports", args=[project.uid])
    first = client.get(url)
    assert "0.jsonl" not in first.content.decode()
    assert "0.jsonl" in client.get(url + first.context["older"]).content.decode()


def test_more_refused_lines_follow_on_the_next_page(client, begin, monkeypatch):
    monkeypatch.setattr("conversations.run_page.LINES", 2)
    run = begin(lines(record(1)) + b"not json\n" * 3)
    first = client.get(run.get_absolute_url())
    assert "Line 4" not in first.content.decode()
    after = first.context["next_lines"]
    assert "Line 4" in client.get(f"{run.get_absolute_url()}?after={after}").content.decode()


def test_words_of_the_file_for_roles_are_mapped(client, upload):
    strange = record(1)
    strange["messages"][0]["role"] = "customer"
    upload(client, lines(strange), roles="customer = user\n")
    run_pending_jobs()
    assert "1 new conversation would come in." in shown(client, ImportRun.objects.get())


def test_a_word_for_a_role_that_is_none_is_refused(client, upload):
    answer = upload(client, lines(record(1)), roles="customer = king")
    assert answer.status_code == 422
    assert "is not WORD = ROLE" in answer.content.decode()


def test_the_columns_of_what_came_in_can_no_longer_be_chosen(client, bring):
    mapping = {"input": "input", "output": "output"}
    run = bring(b"input,output\nWhy?,So.\n", name="a.csv", mapping=mapping)
    uploads.drop(run)
    chosen = {"column_0": "input", "column_1": "output"}
    answer = client.post(reverse("conversations:import_columns", args=[run.uid]), chosen)
    assert answer.status_code == 409
    assert "can no longer be chosen" in answer.content.decode()
