"""The report of a survey: every type its figure, silence where few spoke, nothing deleted."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from analytics.reports.survey import SurveyReport, survey_choices, survey_report
from analytics.reports.survey_people import SurveyWanted
from analytics.reports.survey_tables import SURVEY_TABLES
from analytics.survey_forms import margins_of
from surveys.models import Response, Survey, SurveyDay
from surveys.services.surveys import publish_survey, save_draft
from tests.analytics.answered import EVERY_ANSWER, answer
from tests.factories import NOON, make_membership, make_user
from tests.surveys.forms_of import document, every_type, make_survey, options, question

pytestmark = pytest.mark.django_db


def report_of(survey: Survey, *, locale: str = "en", **asked: Any) -> SurveyReport:
    wanted = SurveyWanted(**asked.pop("wanted", {}))
    found = survey_report(survey, wanted, locale, **asked)
    assert found
    return found


def recommendations(*scores: int, **fields: Any) -> Survey:
    survey = make_survey(document([question("nps", "nps")]))
    for score in scores:
        answer(survey, {"nps": score}, **fields)
    return survey


def test_every_type_has_its_figure() -> None:
    survey = make_survey(every_type())
    for _person in range(12):
        answer(survey, EVERY_ANSWER)
    found = {figure.question.name: figure for figure in report_of(survey).questions}
    assert set(found) == set(EVERY_ANSWER)
    assert all(figure.n == 12 and figure.missing == 0 for figure in found.values())
    assert [bar.n for bar in found["thumb"].bars] == [0, 12]
    assert [bar.n for bar in found["multi"].bars] == [12, 12, 0, 0]
    assert found["multi"].bars[0].share.value == 1
    assert [row.counts for row in found["grid"].rows] == [[12, 0, 0], [0, 0, 12]]
    assert [row.label for row in found["rank"].rows] == ["y", "x", "w"]
    assert found["age"].mean
    assert found["age"].mean.value == 30
    assert found["age"].span == (30, 30)
    assert (found["more"].words, found["more"].characters) == (12, 10)
    assert [bar.n for bar in found["pair"].bars] == [12, 0, 0, 0]
    assert found["agree"].bars[0].share.value == 1


def test_scores_have_their_formula_and_mark() -> None:
    survey = recommendations(*[10] * 6, *[8] * 2, *[3] * 2)
    (score,) = report_of(survey).scores
    assert score.measure.value == pytest.approx(40)
    assert score.measure.low is not None
    assert score.measure.low < 40
    assert "adjusted Wald" in str(score.method)
    assert "registered trademarks" in str(score.notes[0])


def test_below_ten_answers_there_is_no_share_but_how_many_more() -> None:
    survey = recommendations(*[10] * 7)
    (score,) = report_of(survey).scores
    assert score.measure.value is None
    assert score.measure.missing == 3


def usable(n: int = 12, **fields: Any) -> Survey:
    data = document([question("sus", "sus", items="sus")], locales=["en"])
    survey = make_survey(data)
    for _person in range(n):
        answer(survey, {"sus": {str(i): 5 if i % 2 else 2 for i in range(1, 11)}}, **fields)
    return survey


def test_usability_is_scored_of_whoever_answered_all_items() -> None:
    survey = usable()
    answer(survey, {"sus": {"1": 5}}, finished=False)
    (score,) = report_of(survey).scores
    assert (score.measure.n, score.measure.value) == (12, 87.5)
    assert "Brooke" in str(score.notes[0])


def test_flagged_people_are_shown_apart_and_never_left_out() -> None:
    survey = usable()
    for _person in range(2):
        answer(survey, {"sus": {str(i): 3 for i in range(1, 11)}})
    answer(survey, {"sus": {str(i): 5 if i % 2 else 2 for i in range(1, 11)}}, seconds=4)
    found = report_of(survey)
    assert found.care
    assert (found.care.straight, found.care.fast, found.care.either) == (2, 1, 3)
    (compared,) = found.care.scores
    assert (compared.everybody.n, compared.without.n) == (15, 12)
    assert found.scores[0].measure.n == 15


def test_one_answer_to_opposite_rows_of_a_matrix_is_flagged() -> None:
    rows = [*options("r1", "r2", "r3"), *({**one, "reversed": True} for one in options("r4", "r5"))]
    columns = options("1", "2", "3", "4", "5")
    survey = make_survey(document([question("matrix", "grid", rows=rows, columns=columns)]))
    answer(survey, {"grid": {f"r{n}": "5" for n in range(1, 6)}})
    answer(survey, {"grid": {f"r{n}": "5" if n < 4 else "1" for n in range(1, 6)}})
    found = report_of(survey)
    assert found.care
    assert (found.care.straight, found.care.has_grid) == (1, True)


def test_the_funnel_ends_where_people_stopped() -> None:
    survey = make_survey(document([question("csat", "first")], [question("csat", "second")]))
    for _person in range(6):
        answer(survey, {"first": 4, "second": 5})
    for _person in range(4):
        answer(survey, {"first": 4}, finished=False)
    found = report_of(survey).funnel
    assert found
    assert (found.n_started, found.n_complete) == (10, 6)
    assert [(one.title, one.n) for one in found.breaks] == [("Q first", 4)]
    assert report_of(survey).questions[1].missing == 4


def steps_of(survey: Survey, **wanted: Any) -> list[tuple[str, int, float | None]]:
    found = report_of(survey, wanted=wanted).funnel
    assert found
    return [(str(one.label), one.n, one.of.value if one.of else None) for one in found.steps]


def test_the_funnel_tells_of_all_who_began_where_complete_responses_alone_are_shown() -> None:
    survey = make_survey(document([question("csat", "first")], [question("csat", "second")]))
    for person in range(20):
        answer(survey, {"first": 4, "second": 5}, finished=person < 15)
    wanted = {"complete_only": True}
    assert steps_of(survey, **wanted) == [("began", 20, None), ("answered to the end", 15, 0.75)]
    found = report_of(survey, wanted=wanted)
    assert found.n == 15
    assert found.funnel
    assert [one.n for one in found.funnel.breaks] == [5]


def test_whoever_came_by_a_link_is_no_share_of_those_who_were_shown_the_survey() -> None:
    survey = make_survey(document([question("csat", "first")]))
    for _person in range(10):
        answer(survey, {"first": 4}, source="widget")
        answer(survey, {"first": 4}, source="server")
    SurveyDay.objects.filter(source="widget").update(n_shown=40, n_eligible=40)
    assert steps_of(survey) == [
        ("shown the survey", 40, None),
        ("began in the page that showed it", 10, 0.25),
        ("began, by links and calls too", 20, None),
        ("answered to the end", 20, 1.0),
    ]


def test_a_file_of_answers_has_no_funnel(signed_in: Any) -> None:
    survey = make_survey(document([question("csat", "first")]))
    for _person in range(12):
        answer(survey, {"first": 4}, source="import")
    found = report_of(survey).funnel
    assert found
    assert (found.steps, found.n_started, found.n_imported) == ([], 0, 12)
    owner = make_membership(survey.project.team, make_user(), Role.OWNER).user
    address = reverse("analytics:survey_report", args=[survey.uid])
    page = signed_in(owner).get(address).content.decode()
    assert "12 responses came from files." in page
    assert "so there is no funnel" in page
    assert "answered to the end" not in page


def test_imported_answers_are_no_part_of_the_funnel_of_the_others() -> None:
    survey = make_survey(document([question("csat", "first")]))
    for person in range(20):
        answer(survey, {"first": 4}, source="import")
        answer(survey, {"first": 4}, finished=person < 10)
    assert steps_of(survey) == [("began", 20, None), ("answered to the end", 10, 0.5)]
    found = report_of(survey).funnel
    assert found
    assert found.n_imported == 20
    assert found.breaks[0].share.value == 0.5


def test_the_funnel_begins_with_those_for_whom_the_drawn_stand() -> None:
    survey = make_survey(document([question("csat", "first")]))
    for _person in range(10):
        answer(survey, {"first": 4}, source="widget")
    SurveyDay.objects.update(n_shown=40, n_eligible=400)
    assert steps_of(survey)[:3] == [
        ("could have been asked (estimate)", 400, None),
        ("shown the survey", 40, 0.1),
        ("began", 10, 0.25),
    ]


def test_a_new_version_is_a_line_and_other_scales_are_not_mixed() -> None:
    alice = make_user()
    survey = make_survey(
        document([question("scale", "rate", min=1, max=5), question("csat", "same")])
    )
    for _person in range(10):
        answer(survey, {"rate": 5, "same": 4}, now=NOON)
    changed = document([question("scale", "rate", min=0, max=10), question("csat", "same")])
    save_draft(actor=alice, survey=survey, document=changed, now=NOON)
    publish_survey(actor=alice, survey=survey, now=NOON)
    survey.refresh_from_db()
    later = NOON + timedelta(days=21)
    for _person in range(10):
        answer(survey, {"rate": 5, "same": 2}, now=later, version=2)
    found = report_of(survey)
    assert [(one.number, one.day) for one in found.changes] == [(2, later.date())]
    rate, same = found.questions
    assert (rate.n, rate.versions) == (10, [2])
    assert (same.n, same.versions) == (20, [1, 2])
    assert [week.n for week in found.trends[1].weeks] == [10, 10]
    first = report_of(survey, wanted={"version": 1})
    assert first.n == 10
    assert first.questions[0].n == 10


def by_language(ja: int = 12, en: int = 12, fr: int = 3) -> Survey:
    """French is none of the survey's languages; a browser may have said it all the same."""
    survey = make_survey(document([question("csat", "csat")]))
    for locale, n, given in (("ja", ja, 3), ("en", en, 5), ("fr", fr, 1)):
        for _person in range(n):
            response = answer(survey, {"csat": given}, locale=locale, context={"plan": "free"})
            Response.objects.filter(pk=response.pk).update(locale=locale)
    return survey


def test_groups_of_fewer_than_five_are_not_even_counted() -> None:
    found = report_of(by_language(), by="locale")
    assert found.segments
    assert [(row.value, row.n) for row in found.segments.rows] == [("en", 12), ("ja", 12)]
    assert [style.locale for style in found.styles] == ["en", "ja"]
    assert survey_choices(Survey.objects.get()).locales == [("en", 12), ("ja", 12)]


def test_a_filter_that_leaves_few_shows_nothing_of_them() -> None:
    found = survey_report(by_language(), SurveyWanted(locale="fr"), "en")
    assert found
    assert found.is_too_few
    assert not found.questions


def test_styles_stand_side_by_side_in_order_of_the_code() -> None:
    english, japanese = report_of(by_language()).styles
    assert (english.extremes.value, japanese.extremes.value) == (1, 0)
    assert (english.middle.value, japanese.middle.value) == (0, 1)


def test_weights_bring_answers_to_everybody_and_say_what_it_costs() -> None:
    survey = by_language(ja=15, en=45, fr=0)
    found = report_of(survey, margins={"locale": {"ja": 50, "en": 50}}).weighted
    assert found
    assert found.converged
    (beside,) = found.scores
    assert beside.plain.value == 0.75
    assert beside.weighted.value == pytest.approx(0.5)
    assert found.kish_n == pytest.approx(45, abs=0.1)


def test_weights_that_nobody_can_stand_for_are_a_sentence() -> None:
    found = report_of(by_language(), margins={"locale": {"de": 50, "en": 50}}).weighted
    assert found
    assert "value “German”" in found.problem
    assert not found.scores


@pytest.mark.parametrize(
    ("typed", "share"), [("12,000", 12_000), ("12,5", 12.5), ("1,234.5", 1234.5), ("0,125", 0.125)]
)
def test_shares_are_read_as_people_type_them(typed: str, share: float) -> None:
    given = QueryDict(mutable=True)
    given.update({"m|locale|ja": typed, "m|locale|en": "50"})
    assert margins_of(given) == {"locale": {"ja": share, "en": 50}}


def test_an_order_effect_is_told_of_random_orders() -> None:
    choices = options("a", "b")
    survey = make_survey(
        document([question("single", "one", choices=choices, choicesOrder="random")])
    )
    for order in (["a", "b"], ["b", "a"]):
        for _person in range(8):
            answer(survey, {"one": order[0]}, order={"one": order})
    (found,) = report_of(survey).orders
    assert (found.n, found.expected) == (16, 0.5)
    assert found.first.value == 1
    assert found.p is not None
    assert found.p < 0.001


def test_the_number_of_queries_does_not_grow_with_answers() -> None:
    survey = make_survey(every_type())
    answer(survey, EVERY_ANSWER)
    counted = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            report_of(survey)
        counted.append(len(asked))
        for _person in range(8):
            answer(survey, EVERY_ANSWER)
    assert counted[0] == counted[1] <= 18


def test_a_survey_without_answers_has_no_report() -> None:
    assert survey_report(make_survey(), SurveyWanted(), "en") is None


def test_every_table_can_be_written() -> None:
    found = report_of(by_language(), margins={"locale": {"ja": 1, "en": 1}})
    written = {name: list(rows(found)) for name, rows in SURVEY_TABLES.items()}
    assert all(len(row) == len(rows[0]) for rows in written.values() for row in rows)
    assert written["scores"][1][3:5] == [27, pytest.approx(12 / 27)]
