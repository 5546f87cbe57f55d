"""An import of answers whose work was given up: it can go on, or be discarded with what came in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import DomainError
from jobs.cleaning import remove_jobs
from jobs.ledger import claim, execute
from jobs.models import Job
from surveys.models import Answer, Respondent, Response, ResponseImport, Survey, SurveyVersion
from surveys.services import imported_responses
from surveys.services.stopped_imports import name_jobs

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = "Respondent ID,Good?\n" + "".join(f"p{n},{1 + n % 5}\n" for n in range(6))


class BrokenError(Exception):
    pass


@pytest.fixture
def uploaded(
    signed_in: Any, alice: Any, project: Any, monkeypatch: Any
) -> Callable[..., tuple[Client, ResponseImport]]:
    monkeypatch.setattr(imported_responses, "ROWS_AT_ONCE", 2)
    client = signed_in(alice)

    def upload(content: str = ROWS) -> tuple[Client, ResponseImport]:
        file = SimpleUploadedFile("answers.csv", content.encode(), "text/csv")
        address = reverse("surveys:import_upload", args=[project.uid])
        client.post(address, {"file": file, "language": "en"})
        return client, ResponseImport.objects.latest("id")

    return upload


@pytest.fixture
def stopped(uploaded: Any, monkeypatch: Any) -> tuple[Client, ResponseImport]:
    """Two of six rows are in, then the work failed for good."""
    client, run = uploaded()
    do(client, run, "confirm")
    store = imported_responses.store_lot

    def break_behind_the_first(**given: Any) -> None:
        if given["lot"].last_line > 3:
            raise BrokenError
        store(**given)

    with monkeypatch.context() as patched:
        patched.setattr(imported_responses, "store_lot", break_behind_the_first)
        Job.objects.update(max_attempts=1)
        work()
    run.refresh_from_db()
    assert (run.state, run.n_new, Job.objects.latest("id").state) == ("importing", 2, "failed")
    return client, run


def do(client: Client, run: ResponseImport, what: str) -> Any:
    return client.post(reverse(f"surveys:response_import_{what}", args=[run.uid]))


def work() -> None:
    while job := claim():
        execute(job)


def page_of(client: Client, run: ResponseImport) -> str:
    return client.get(run.get_absolute_url()).content.decode()


def test_progress_is_told_as_so_much_of_the_file(uploaded: Any) -> None:
    client, run = uploaded(ROWS + "".join(f"q{n},3\n" for n in range(3_000)))
    do(client, run, "confirm")
    size = f"{Job.objects.latest('id').total / 1024:.1f} KB"
    Job.objects.update(
        state=Job.State.RUNNING, owner="a worker", lease_until=timezone.now(), done=2_048
    )
    for address in (
        run.get_absolute_url(),
        reverse("surveys:response_import_progress", args=[run.uid]),
    ):
        words = client.get(address).content.decode().replace("\xa0", " ")
        assert f"2.0 KB of {size} read" in words


def test_the_first_rows_stand_under_the_words_of_the_file(uploaded: Any) -> None:
    client, run = uploaded("回答者ID,満足ですか\np1,1\np2,5\n")
    page = client.get(run.get_absolute_url()).content.decode()
    assert ">満足ですか</th>" in page


def test_the_page_says_that_it_stands_still_and_what_can_be_done(stopped: Any) -> None:
    client, run = stopped
    page = page_of(client, run)
    assert "The work on this file stands still." in page
    assert "2 responses came in so far." in page
    assert reverse("surveys:response_import_go_on", args=[run.uid]) in page
    assert reverse("surveys:response_import_discard", args=[run.uid]) in page
    overview = client.get(reverse("surveys:import", args=[run.project.uid])).content.decode()
    assert "stands still" in overview


def test_it_goes_on_from_where_it_stopped(stopped: Any) -> None:
    client, run = stopped
    assert do(client, run, "go_on").status_code == 302
    work()
    run.refresh_from_db()
    assert (run.state, run.n_new, run.n_unchanged, run.n_refused) == ("done", 6, 0, 0)
    assert list(Response.objects.order_by("row").values_list("row", flat=True)) == [
        2,
        3,
        4,
        5,
        6,
        7,
    ]


def test_what_had_come_in_goes_when_it_is_discarded(stopped: Any) -> None:
    client, run = stopped
    do(client, run, "discard")
    work()
    assert not Response.objects.exists()
    assert not Answer.objects.exists()
    assert not Respondent.objects.exists()
    assert not Survey.objects.exists()
    assert not SurveyVersion.objects.exists()
    page = page_of(client, run)
    assert "2 responses that had come in were removed." in page
    entry = AuditEntry.objects.get(verb="responses.discarded")
    assert entry.data == {"file": "answers.csv", "new": 2}


def test_the_same_file_comes_in_whole_after_it_was_discarded(stopped: Any, uploaded: Any) -> None:
    client, run = stopped
    do(client, run, "discard")
    work()
    client, again = uploaded()
    do(client, again, "confirm")
    work()
    again.refresh_from_db()
    assert (again.state, again.n_new, Response.objects.count()) == ("done", 6, 6)
    assert Survey.objects.get().n_complete == 6


def test_answers_of_an_earlier_file_stay_when_a_later_one_is_discarded(
    uploaded: Any, monkeypatch: Any
) -> None:
    client, first = uploaded()
    do(client, first, "confirm")
    work()
    client, later = uploaded(ROWS + "p6,1\np7,2\np8,3\n")
    do(client, later, "confirm")
    monkeypatch.setattr("surveys.tasks.close_import", break_it)
    Job.objects.update(max_attempts=1)
    work()
    assert Response.objects.count() == 9
    do(client, later, "discard")
    work()
    assert Response.objects.count() == 6
    assert Survey.objects.get().n_complete == 6
    assert not Respondent.objects.filter(key="s:p7").exists()


def break_it(**_given: Any) -> None:
    raise BrokenError


def test_what_was_erased_keeps_its_empty_place_when_the_file_is_discarded(
    stopped: Any, uploaded: Any
) -> None:
    client, run = stopped
    Response.objects.filter(row=2).update(answers={}, erased_at=timezone.now())
    do(client, run, "discard")
    work()
    assert Response.objects.get().row == 2
    client, again = uploaded()
    do(client, again, "confirm")
    work()
    assert Response.objects.get(row=2).answers == {}


def test_what_is_being_read_can_neither_go_on_nor_be_discarded(uploaded: Any) -> None:
    client, run = uploaded()
    do(client, run, "confirm")
    for what in ("go_on", "discard"):
        assert do(client, run, what).status_code == 409
    run.refresh_from_db()
    assert run.state == "importing"


def test_a_removal_that_failed_goes_on(stopped: Any, monkeypatch: Any) -> None:
    client, run = stopped
    do(client, run, "discard")
    Job.objects.update(max_attempts=1)
    with monkeypatch.context() as patched:
        patched.setattr("surveys.tasks.remove_batch", lambda _run: break_it())
        work()
    assert "Not all of what had come in is removed yet." in page_of(client, run)
    do(client, run, "go_on")
    work()
    assert not Response.objects.exists()


def test_a_file_that_is_gone_cannot_go_on_but_be_discarded(
    stopped: Any, settings: Any, tmp_path: Any
) -> None:
    client, run = stopped
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    answer = do(client, run, "go_on")
    assert answer.status_code == 409
    assert "is not kept any more. Discard it" in answer.content.decode()
    assert reverse("surveys:response_import_go_on", args=[run.uid]) not in page_of(client, run)


def test_no_more_rows_come_in_once_it_is_discarded(stopped: Any) -> None:
    """A command may read on while somebody discards its import on the page."""
    client, run = stopped
    ResponseImport.objects.filter(pk=run.pk).update(job_uid=None)
    assert "A command reads this file" in page_of(client, run)
    do(client, run, "discard")
    said = "is discarded, so no more of its rows come in"
    with transaction.atomic(), pytest.raises(DomainError, match=said):
        imported_responses.require_reading(run)


def test_a_command_that_was_killed_goes_on_when_it_is_given_again(
    project: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(ROWS)
    name = f"{project.team.slug}/{project.slug}"
    with monkeypatch.context() as patched:
        patched.setattr("surveys.management.commands.import_responses.close_import", break_it)
        with pytest.raises(BrokenError):
            call_command("import_responses", path, project=name)
    call_command("import_responses", path, project=name)
    run = ResponseImport.objects.latest("id")
    assert (run.n_new, run.n_unchanged) == (0, 6)
    assert Survey.objects.count() == 1


def test_the_job_that_tells_why_is_kept(stopped: Any) -> None:
    _client, run = stopped
    needed: set[Any] = set()
    name_jobs(needed)
    remove_jobs(timezone.now(), needed)
    assert Job.objects.filter(uid=run.job_uid).exists()


@pytest.mark.parametrize("lost", ["the columns make no survey", "the file is gone"])
def test_an_upload_that_can_not_come_in_can_be_discarded(
    uploaded: Any, settings: Any, tmp_path: Any, lost: str
) -> None:
    client, run = uploaded()
    if lost == "the file is gone":
        settings.MEDIA_ROOT = tmp_path / "elsewhere"
    else:
        run.plan["parts"][1] = {"what": "single", "columns": [1], "name": "good", "words": []}
        run.save()
    assert reverse("surveys:response_import_discard", args=[run.uid]) in page_of(client, run)
    do(client, run, "discard")
    assert not ResponseImport.objects.exists()
