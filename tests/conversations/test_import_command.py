"""manage.py import_conversations, as a script calls it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conversations import intake, reading
from conversations.importers.base import place_of
from conversations.models import Conversation, ImportRun
from tests.conversations.conftest import lines, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(project):
    """Run it; what it printed as JSON and its exit code."""

    def run(path, *arguments):
        out, code = StringIO(), 0
        try:
            call_command(
                "import_conversations",
                str(path),
                *("--project", f"{project.team.slug}/{project.slug}", "--format", "json"),
                *arguments,
                stdout=out,
                stderr=StringIO(),
            )
        except SystemExit as exit_:
            code = exit_.code
        return json.loads(out.getvalue()), code

    return run


def counts(answer):
    return answer["new"], answer["unchanged"], answer["refused"]


def test_a_clean_file_comes_in_and_exits_with_0(command, write):
    answer, code = command(write("a.jsonl", lines(record(1), record(2))))
    assert (counts(answer), code) == ((2, 0, 0), 0)


def test_refused_lines_are_listed_and_exit_with_2(command, write):
    answer, code = command(write("a.jsonl", lines(record(1)) + b"not json\n"))
    assert (counts(answer), code) == ((1, 0, 1), 2)
    assert answer["refused_lines"][0]["line"] == 2


def test_a_file_of_refused_lines_alone_exits_with_1(command, write):
    answer, code = command(write("a.jsonl", b"not json\n"), "--source", "jsonl")
    assert (counts(answer), code) == ((0, 0, 1), 1)


def test_a_file_that_is_here_already_is_clean(command, write):
    path = write("a.jsonl", lines(record(1)))
    command(path)
    assert command(path)[0]["unchanged"] == 1
    assert command(path)[1] == 0


def test_a_dry_run_stores_nothing_at_all(command, write):
    answer, code = command(write("a.jsonl", lines(record(1))), "--dry-run")
    assert (counts(answer), code) == ((1, 0, 0), 0)
    assert not Conversation.objects.exists()
    assert not ImportRun.objects.exists()


def test_all_or_nothing_takes_nothing_and_names_the_first_refused_line(command, write):
    path = write("a.jsonl", lines(record(1)) + b"not json\n")
    with pytest.raises(CommandError, match=r"line 2 of a\.jsonl"):
        command(path, "--all-or-nothing")
    assert not Conversation.objects.exists()


def test_fields_are_mapped(command, write):
    path = write("a.csv", b"Frage,Antwort\nWo?,Hier.\n")
    answer, _code = command(path, "--map", "input=Frage", "--map", "output=Antwort")
    assert counts(answer) == (1, 0, 0)
    assert [turn["content"] for turn in Conversation.objects.get().turns] == ["Wo?", "Hier."]


@pytest.mark.parametrize("words", ["input", "=Frage", "input="])
def test_a_mapping_that_is_none_is_refused(command, write, words):
    with pytest.raises(CommandError, match="FIELD=PATH"):
        command(write("a.csv", b"x\n"), "--map", words)


def test_a_file_that_is_not_there_is_refused(command, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        command(tmp_path / "none.jsonl")


def test_refused_lines_go_into_a_file_with_their_reasons(command, write, tmp_path):
    path = write("a.jsonl", lines(record(1)) + b"not json\n" * 30)
    command(path, "--refused", str(tmp_path / "refused.jsonl"))
    written = [json.loads(line) for line in (tmp_path / "refused.jsonl").read_text().splitlines()]
    assert len(written) == 30
    assert written[0]["raw"] == "not json"
    assert written[0]["reason"]


def test_an_interrupted_import_goes_on_when_the_command_is_given_again(command, write, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    path = write("a.jsonl", lines(*(record(n) for n in range(6))))
    advance, calls = intake.advance, []

    def interrupted(*args, **kwargs):
        advance(*args, **kwargs)
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(intake, "advance", interrupted)
    with pytest.raises(KeyboardInterrupt):
        command(path)
    assert Conversation.objects.count() == 2
    answer, _code = command(path)
    assert counts(answer) == (6, 0, 0)
    assert ImportRun.objects.get().state == ImportRun.State.DONE


def test_a_file_changed_since_the_interruption_begins_anew(command, write, monkeypatch):
    path = write("a.jsonl", lines(record(1)))
    with monkeypatch.context() as patch:
        patch.setattr(intake, "advance", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            command(path)
    write("a.jsonl", lines(record(1), record(2)))
    assert counts(command(path)[0]) == (2, 0, 0)
    assert ImportRun.objects.count() == 2


def test_the_counts_are_said_in_words(project, write):
    out = StringIO()
    path = write("a.jsonl", lines(record(1)))
    call_command("import_conversations", path, project=str(project.uid), stdout=out)
    assert out.getvalue() == "1 new came in, 0 already here, unchanged, 0 refused.\n"


def test_what_is_said_of_a_file_as_a_whole_names_no_line():
    assert place_of("talks.jsonl", 0) == "talks.jsonl"
    assert place_of("talks.jsonl", 3) == "talks.jsonl, line 3"
