"""Answers that exist already: how a file is read, what is refused, and that it comes in once."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.stats.comparisons.surveys import sus_scores
from conversations.importers import Source
from jobs.ledger import claim, execute
from surveys.importing.plan import As, Plan, plan_from
from surveys.importing.proposing import proposed
from surveys.importing.reading import Reader, time_of
from surveys.importing.table import Table
from surveys.models import Answer, Respondent, Response, ResponseImport, Survey
from surveys.survey_words import ITEMS

TWO_HEADERS = (
    "\ufeffRespondent ID,Which channels do you use?,,,How helpful was it?\n"
    ",Chat,Mail,Other (please specify),Response\n"
).encode() + (
    b"12175811242,Chat,Mail,,10 - strongly agree\n"
    b"12175779870,,Mail,a friend,8\n"
    b'12175666754,Chat,,"two\nlines",N/A\n'
)
AGREED = (
    "Participant ID, The page is clear, The page is clear\n"
    "a1,Strongly agree ,  Somewhat disagree\n"
    "a2,Neither agree nor disagree,Strongly disagree\n"
    "a3,strongly  disagree,Strongly agree\n"
)
SUS = ",".join(
    words["en"].replace("{service}", "system").replace(",", "") for words in ITEMS["sus"].values()
)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(content: bytes | str, name: str = "answers.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def plan_of(path: Path, language: str = "en") -> Plan:
    return proposed(Table(Source(path)), "Answers", language)


def read_all(path: Path, plan: Plan) -> list[Any]:
    reader = Reader(plan)
    return [reader.read(row.cells) for row in Table(Source(path)).lines()]  # type: ignore[union-attr]


def run_import(project: Any, path: Path, **options: Any) -> ResponseImport:
    name = f"{project.team.slug}/{project.slug}"
    call_command("import_responses", path, project=name, **options)
    return ResponseImport.objects.latest("id")


# What a file holds.


def test_two_header_rows_are_recognised(write: Any) -> None:
    table = Table(Source(write(TWO_HEADERS)))
    assert table.header_rows == 2
    assert [len(group) for group in table.groups] == [1, 3, 1]


def test_one_header_row_is_recognised(write: Any) -> None:
    assert Table(Source(write(AGREED))).header_rows == 1


def test_options_spread_over_columns_become_one_question(write: Any) -> None:
    path = write(TWO_HEADERS)
    plan = plan_of(path)
    assert [part.what for part in plan.parts] == [As.ID, As.MULTI, As.SCALE]
    first, second, _third = read_all(path, plan)
    assert first.answers["which_channels_do_you_use"] == ["chat", "mail"]
    assert second.answers["which_channels_do_you_use-Comment"] == "a friend"


SEVERAL = "Respondent ID,Which do you use?\n" + "".join(
    f"{number},{said}\n"
    for number, said in enumerate(
        ["Chat; Mail, or phone", "Chat", "Mail, or phone", "Chat; App", "App", "App; Chat", "Chat"]
        * 2
    )
).replace("Mail, or phone", '"Mail, or phone"').replace(
    'Chat; "Mail, or phone"', '"Chat; Mail, or phone"'
)


def test_several_choices_in_one_cell_are_read_apart(write: Any) -> None:
    path = write(SEVERAL)
    plan = plan_of(path)
    part = plan.parts[1]
    assert (part.what, set(part.words)) == (As.CHOICES, {"Chat", "App", "Mail, or phone"})
    first, *_rest, last = read_all(path, plan)
    assert first.answers == {part.name: ["chat", "mail_or_phone"]}
    assert last.answers == {part.name: ["chat"]}


def test_a_cell_with_a_choice_that_nobody_named_is_refused(write: Any) -> None:
    plan = plan_of(write(SEVERAL))
    (found,) = read_all(write("Respondent ID,Which do you use?\n1,Chat; Fax\n", "b.csv"), plan)
    assert [one.code for one in found.refused] == ["no_choice"]


def test_sentences_with_commas_are_no_choices(write: Any) -> None:
    said = "".join(f'"Well, it took {n} days, and then more"\n' for n in range(40))
    assert plan_of(write("What happened?\n" + said)).parts[0].what == As.TEXT


def test_digits_with_words_are_points_and_no_answer_is_none(write: Any) -> None:
    path = write(TWO_HEADERS)
    rows = read_all(path, plan_of(path))
    assert [row.answers.get("how_helpful_was_it") for row in rows] == [10, 8, None]


def test_ids_stay_text(write: Any) -> None:
    path = write("Respondent ID,Good?\n007,yes\n012,no\n")
    assert [row.id for row in read_all(path, plan_of(path))] == ["007", "012"]


def test_line_breaks_in_cells_are_kept(write: Any) -> None:
    path = write(TWO_HEADERS)
    assert read_all(path, plan_of(path))[2].answers["which_channels_do_you_use-Comment"] == (
        "two\nlines"
    )


def test_columns_of_one_name_are_two_questions(write: Any) -> None:
    path = write("id,Good?,Why,Good?,Why\n1,5,a,3,b\n2,4,c,2,d\n")
    names = [part.name for part in plan_of(path).parts if part.is_question]
    assert len(names) == len(set(names)) == 4


def test_known_words_become_points(write: Any) -> None:
    path = write(AGREED.replace(", The page is clear\n", ", The page is long\n"))
    rows = read_all(path, plan_of(path))
    assert [list(row.answers.values()) for row in rows] == [[5, 2], [3, 1], [1, 5]]


def test_japanese_words_become_points(write: Any) -> None:
    path = write("回答者ID,使いやすさ\n1,やや満足\n2,不満\n3,どちらともいえない\n")
    (part,) = (part for part in plan_of(path, "ja").parts if part.is_question)
    assert part.what == As.SCALE
    assert [row.answers[part.name] for row in read_all(path, plan_of(path, "ja"))] == [4, 1, 3]


def test_ten_usability_items_become_one_block(write: Any) -> None:
    path = write(f"Participant ID,{SUS}\n" + "p1," + ",".join(["4", "2"] * 5) + "\n")
    plan = plan_of(path)
    assert [part.what for part in plan.parts] == [As.ID, As.SUS]


def test_a_plan_is_the_same_when_it_was_written_and_read(write: Any) -> None:
    plan = plan_of(write(TWO_HEADERS))
    assert plan_from(plan.as_data()) == plan


def test_cells_that_are_no_point_are_refused_with_their_place(write: Any) -> None:
    path = write("id,How good? (1 - bad; 5 - good)\n1,5\n2,9\n3,great\n")
    plan = plan_of(path)
    part = plan.parts[1]
    scale = {"what": "scale", "low": 1, "high": 5, "name": "good"}
    data = plan.as_data()
    data["parts"][1] = {**data["parts"][1], **scale, "columns": list(part.columns)}
    rows = read_all(path, plan_from(data))
    assert [[cell.code for cell in row.refused] for row in rows] == [[], ["no_point"], ["no_point"]]
    assert "9" in rows[1].refused[0].reason


@pytest.mark.parametrize(
    "text", ["11/01/2021 08:43:36 PM", "2021-11-01T20:43:36Z", "2021/11/01 20:43:36"]
)
def test_times_of_tools_are_read(text: str) -> None:
    found = time_of(text)
    assert found
    assert found.isoformat() == "2021-11-01T20:43:36+00:00"


# What comes in.


def test_a_file_makes_a_survey_with_its_responses(project: Any, write: Any) -> None:
    run = run_import(project, write(TWO_HEADERS))
    survey = run.survey
    assert survey
    assert survey.imported
    assert survey.versions.get().state == "published"
    assert (run.n_new, run.n_refused, survey.responses.count()) == (3, 0, 3)
    response = survey.responses.get(row=3)
    assert (response.source, response.state) == ("import", "complete")
    assert Answer.objects.filter(response=response, part="mail", value=1).exists()
    assert Respondent.objects.filter(key="s:12175811242").exists()


def test_texts_are_scrubbed_as_those_of_respondents_are(project: Any, write: Any) -> None:
    """Beside “other” too; and the same file is still the same."""
    path = write(
        "Respondent ID,How was it?,Where,Where\n"
        + "".join(f"{n},It took {n} long days and more,Shop,\n" for n in range(9))
        + '9,"Write to yuki@example.co.jp any time",Other (where?),"Ask me at a@b.example"\n'
    )
    run_import(project, path)
    said = json.dumps(list(Response.objects.values_list("answers", flat=True)))
    assert "[email]" in said
    assert "yuki@" not in said
    assert "yuki@" not in "".join(Answer.objects.values_list("text", flat=True))
    again = run_import(project, path)
    assert (again.n_new, again.n_unchanged) == (0, 10)


def test_the_same_file_again_changes_nothing(project: Any, write: Any) -> None:
    first = run_import(project, write(TWO_HEADERS))
    again = run_import(project, write(TWO_HEADERS))
    assert again.survey == first.survey
    assert (again.n_new, again.n_unchanged) == (0, 3)
    assert Response.objects.count() == 3
    assert Survey.objects.get().n_complete == 3


def test_the_same_row_without_an_id_comes_in_once(project: Any, write: Any) -> None:
    content = "Good?,Why\nyes,quick\nyes,quick\nno,slow\n"
    run_import(project, write(content))
    again = run_import(project, write(content))
    assert (again.n_new, again.n_unchanged, Response.objects.count()) == (0, 3, 3)


def test_a_file_that_grew_brings_only_its_new_rows(project: Any, write: Any) -> None:
    run_import(project, write(TWO_HEADERS))
    run = run_import(project, write(TWO_HEADERS + b"12175427047,Chat,,,7\n"))
    assert (run.n_new, run.n_unchanged) == (1, 3)


def test_other_answers_of_a_known_id_are_refused(project: Any, write: Any) -> None:
    run_import(project, write(TWO_HEADERS))
    with pytest.raises(SystemExit):
        run_import(project, write(TWO_HEADERS.replace(b"a friend,8", b"a friend,9")))
    run = ResponseImport.objects.latest("id")
    assert (run.n_new, run.n_unchanged, run.n_refused) == (0, 2, 1)
    assert run.refused[0]["code"] == "changed"


def test_one_id_twice_in_a_file_with_other_answers_is_refused(project: Any, write: Any) -> None:
    path = write("id,Good?\n1,yes\n2,no\n3,no\n1,yes\n1,no\n")
    data = plan_of(path).as_data()
    data["parts"][0] = {"what": "id", "columns": [0]}
    plan = write(json.dumps(data), "plan.json")
    with pytest.raises(SystemExit):
        run_import(project, path, mapping=plan)
    run = ResponseImport.objects.latest("id")
    assert (run.n_new, run.n_unchanged, run.n_refused) == (3, 1, 1)


@pytest.mark.parametrize("column", [9, -1])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_plan_that_names_a_column_too_many_is_refused_and_leaves_nothing(
    project: Any, write: Any, column: int, dry_run: bool
) -> None:
    path = write("Good?,Why?\n5,so\n4,no\n")
    data = plan_of(path).as_data()
    data["parts"][0]["columns"] = [column]
    with pytest.raises(CommandError, match=f"names column {column}; the file has columns 0 to 1"):
        run_import(project, path, mapping=write(json.dumps(data), "plan.json"), dry_run=dry_run)
    assert not ResponseImport.objects.exists()
    assert not Survey.objects.exists()


def test_what_was_erased_does_not_come_back(project: Any, write: Any) -> None:
    run_import(project, write(TWO_HEADERS))
    Response.objects.filter(row=3).update(answers={}, erased_at=timezone.now())
    run = run_import(project, write(TWO_HEADERS))
    assert (run.n_new, run.n_unchanged, run.n_refused) == (0, 3, 0)
    assert Response.objects.get(row=3).answers == {}


def test_a_bad_row_is_left_out_and_the_others_come_in(project: Any, write: Any) -> None:
    path = write(TWO_HEADERS + b"12175427047,Chat,,,7,too,many\n")
    with pytest.raises(SystemExit):
        run_import(project, path)
    run = ResponseImport.objects.latest("id")
    assert (run.n_new, run.n_refused, run.refused[0]["code"]) == (3, 1, "too_many_cells")


def test_a_dry_run_stores_nothing(project: Any, write: Any, capsys: Any) -> None:
    name = f"{project.team.slug}/{project.slug}"
    call_command("import_responses", write(TWO_HEADERS), project=name, dry_run=True)
    assert '"what": "multi"' in capsys.readouterr().out
    assert not ResponseImport.objects.exists()


# The pages.


@pytest.fixture
def uploaded(signed_in: Any, alice: Any, project: Any) -> Callable[[bytes], tuple[Client, Any]]:
    client = signed_in(alice)

    def upload(content: bytes) -> tuple[Client, Any]:
        file = SimpleUploadedFile("answers.csv", content, "text/csv")
        address = reverse("surveys:import_upload", args=[project.uid])
        answer = client.post(address, {"file": file, "language": "en"})
        assert answer.status_code == 302, answer.content.decode()
        return client, ResponseImport.objects.latest("id")

    return upload


def test_nothing_is_stored_before_somebody_says_so(uploaded: Any) -> None:
    client, run = uploaded(TWO_HEADERS)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "3 rows were looked at." in page
    assert not Survey.objects.exists()


def test_columns_can_be_changed_and_refused_cells_are_shown(uploaded: Any) -> None:
    client, run = uploaded(TWO_HEADERS)
    page = client.get(run.get_absolute_url())
    sent = sent_by(page.context["forms"])
    sent |= {"p2-low": "1", "p2-high": "9"}
    answer = client.post(reverse("surveys:response_import_columns", args=[run.uid]), sent)
    assert answer.status_code == 302
    page = client.get(run.get_absolute_url()).content.decode()
    assert "1 would be refused." in page
    assert "10 - strongly agree" in page


def test_a_form_that_lost_its_columns_is_refused(uploaded: Any) -> None:
    client, run = uploaded(TWO_HEADERS)
    sent = sent_by(client.get(run.get_absolute_url()).context["forms"])
    sent |= {"p2-columns": "1 2"}
    answer = client.post(reverse("surveys:response_import_columns", args=[run.uid]), sent)
    assert answer.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_confirmed_import_is_read_by_a_job(uploaded: Any) -> None:
    client, run = uploaded(TWO_HEADERS)
    client.post(reverse("surveys:response_import_confirm", args=[run.uid]))
    job = claim()
    assert job
    execute(job)
    job.refresh_from_db()
    assert job.result == {"new": 3, "unchanged": 0, "refused": 0}
    assert "3 responses came into" in client.get(run.get_absolute_url()).content.decode()


def test_the_page_lists_what_was_imported_before(
    project: Any, write: Any, signed_in: Any, alice: Any
) -> None:
    run = run_import(project, write(TWO_HEADERS, "march.csv"))
    page = signed_in(alice).get(reverse("surveys:import", args=[project.uid])).content.decode()
    assert "march.csv" in page
    assert run.get_absolute_url() in page


def test_a_file_whose_columns_seem_to_be_no_question_shows_them_to_be_chosen(uploaded: Any) -> None:
    client, run = uploaded(b"Respondent ID\nu1\nu2\n")
    page = client.get(run.get_absolute_url())
    assert page.status_code == 200
    assert "No column becomes a question." in page.content.decode()
    sent = sent_by(page.context["forms"]) | {"p0-what": "long_text", "p0-name": "said"}
    client.post(reverse("surveys:response_import_columns", args=[run.uid]), sent)
    assert "2 rows were looked at." in client.get(run.get_absolute_url()).content.decode()


@pytest.mark.parametrize("content", [b"\n\n", b"Good?,Why?\n", b'{"a": 1}'])
def test_a_file_without_rows_is_refused_on_the_form(
    signed_in: Any, alice: Any, project: Any, content: bytes
) -> None:
    file = SimpleUploadedFile("answers.csv", content, "text/csv")
    answer = signed_in(alice).post(
        reverse("surveys:import_upload", args=[project.uid]), {"file": file, "language": "en"}
    )
    assert answer.status_code == 422
    assert "holds no rows" in answer.content.decode()


def sent_by(forms: Any) -> dict[str, Any]:
    """What a browser sends of the forms as they stand."""
    found: dict[str, Any] = {}
    for form in (forms.whole, *forms.parts):
        for field in form:
            value = field.value()
            found[field.html_name] = "" if value is None else value
    return found


# Published data sets.


def scores(survey: Survey, name: str) -> list[int]:
    rows = Answer.objects.filter(survey=survey, question=name).order_by("response__row")
    return [value for value in rows.values_list("value", flat=True) if value is not None]


CNCF = {
    "2020": {
        75: (94, 7.8511, 23.40), 77: (88, 9.2273, 75.00), 79: (97, 7.4742, 10.31),
        80: (73, 7.8356, 24.66), 82: (77, 8.4026, 45.45), 84: (64, 8.3281, 46.88),
        86: (69, 8.1594, 39.13), 88: (71, 7.8873, 21.13), 90: (97, 8.2577, 38.14),
        91: (97, 8.8041, 55.67), 93: (97, 8.0000, 30.93), 95: (97, 7.0206, -3.09),
        97: (97, 6.4124, -21.65),
    },
    "2021": {
        7: (99, 7.9192, 29.29), 9: (93, 9.3118, 77.42), 11: (102, 8.0980, 30.39),
        12: (77, 7.8052, 24.68), 14: (83, 8.6627, 55.42), 16: (72, 8.1944, 37.50),
        18: (71, 8.1972, 36.62), 20: (83, 7.8916, 22.89), 22: (102, 8.3824, 40.20),
        23: (102, 8.9118, 62.75), 25: (102, 7.5588, 14.71), 27: (102, 7.0588, 5.88),
        29: (102, 6.4706, -14.71),
    },
}  # fmt: skip
"""By column: answers, mean, and share of 9 and 10 minus share of 1 to 6, as published with them."""


@pytest.mark.parametrize("year", ["2020", "2021"])
def test_the_maintainer_survey_gives_its_printed_figures(
    project: Any, shared_data: Path, year: str
) -> None:
    path = shared_data / "cncf_maintainer_survey" / f"CNCF_Maintainers_Survey_{year}_H2.csv"
    run = run_import(project, path)
    assert run.n_refused == 0
    names = {part.columns[0]: part.name for part in plan_from(run.plan).parts}
    for column, (n, average, net) in CNCF[year].items():
        given = scores(run.survey, names[column])  # type: ignore[arg-type]
        found = 100 * sum((one >= 9) - (one <= 6) for one in given) / len(given)
        assert (len(given), round(mean(given), 4), round(found, 2)) == (n, average, net)


def test_the_usability_scale_gives_its_published_mean(project: Any, shared_data: Path) -> None:
    run = run_import(project, shared_data / "sus_vr_queue" / "sus.csv")
    rows = Answer.objects.filter(survey=run.survey).values_list("response__row", "part", "value")
    given: dict[int, dict[int, int]] = {}
    for row, part, value in rows:
        given.setdefault(row or 0, {})[int(part)] = value or 0
    found = sus_scores([[answers[n] for n in range(1, 11)] for answers in given.values()])
    assert (len(found), round(mean(found), 4), round(stdev(found), 4)) == (30, 71.6667, 15.1904)


@pytest.mark.parametrize("name", ["nasatlx.csv", "TreatmentResponses.csv"])
def test_other_files_of_the_study_come_in_whole(project: Any, shared_data: Path, name: str) -> None:
    run = run_import(project, shared_data / "sus_vr_queue" / name)
    assert (run.n_new, run.n_refused) == (30, 0)
