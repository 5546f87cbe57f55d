"""The feedback report: from the roll-up alone, with its intervals, and silent where few spoke."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.reports.feedback import feedback_report
from analytics.reports.feedback_counts import Counts
from analytics.reports.feedback_measures import headline
from analytics.reports.feedback_trend import start_of
from analytics.reports.feedback_wanted import Wanted
from core.models import new_uid
from surveys.models import (
    CurrentFeedback,
    FeedbackCell,
    Instrument,
    Kind,
    ReasonCell,
    Respondent,
    Trust,
    WidgetKey,
)

TODAY = date(2026, 11, 26)


def make_cell(project: Any, **fields: Any) -> FeedbackCell:
    usual = {"day": TODAY, "kind": "thumb", "trust": "signed", "mode": "unsolicited"}
    return FeedbackCell.objects.create(project=project, **{**usual, **fields})


def make_feedback(project: Any, respondent: Respondent, **fields: Any) -> CurrentFeedback:
    usual = {
        "target": new_uid(),
        "kind": "thumb",
        "conversation_key": "c_1",
        "value": 1,
        "day": TODAY,
        "at": datetime(2026, 11, 26, 9, tzinfo=UTC),
        "event_id": 1,
        "trust": "signed",
        "mode": "unsolicited",
    }
    return CurrentFeedback.objects.create(
        project=project, respondent=respondent, **{**usual, **fields}
    )


def report_of(project: Any, **wanted: Any) -> Any:
    return feedback_report(project, Wanted(**wanted), TODAY, {})


def counts(**values: int) -> Counts:
    return Counts(values=tuple(values.get(f"v{n}", 0) for n in range(11)))


def test_the_headline_is_a_share_with_wilsons_interval() -> None:
    found = headline(Kind.THUMB, counts(v0=1, v1=9))
    assert found
    assert found.value == 0.9
    assert [round(100 * x, 1) for x in (found.low or 0, found.high or 0)] == [59.6, 98.2]


def test_below_ten_there_is_no_share() -> None:
    found = headline(Kind.THUMB, counts(v0=1, v1=8))
    assert found
    assert found.value is None
    assert found.missing == 1


def test_recommendation_has_the_adjusted_wald_interval() -> None:
    """45 % promoters and 20 % detractors of 100: about 14.8 points to each side."""
    found = headline(Kind.NPS, counts(v9=45, v7=35, v3=20))
    assert found
    assert found.value == 25
    assert ((found.high or 0) - (found.low or 0)) / 2 == pytest.approx(14.8, abs=0.2)


def test_satisfaction_counts_the_top_two_boxes() -> None:
    found = headline(Kind.CSAT, counts(v5=6, v4=2, v3=1, v1=1))
    assert found
    assert found.value == 0.8


def test_ease_counts_the_top_three_of_seven() -> None:
    found = headline(Kind.CES, counts(v7=4, v5=2, v4=4))
    assert found
    assert found.value == 0.6


def test_coverage_stands_beside_the_rate(project: Any) -> None:
    make_cell(project, n_shown=1000, n_answered=20, v1=18, v0=4)
    report = report_of(project)
    assert report.head.counts.n == 22
    assert report.head.coverage.value == 0.02


def test_the_headline_counts_signed_feedback_and_shows_the_rest_beside(project: Any) -> None:
    make_cell(project, v1=10, v0=10)
    make_cell(project, trust="open", v1=100)
    report = report_of(project)
    assert report.head.measure.value == 0.5
    assert {line.key: line.counts.n for line in report.trusts} == {"signed": 20, "open": 100}
    assert report.is_mostly_unsigned


def test_without_signed_feedback_all_of_it_counts(project: Any) -> None:
    make_cell(project, trust="origin", v1=12)
    report = report_of(project)
    assert report.none_signed
    assert report.head.counts.n == 12


def test_reasons_are_shares_of_feedback_and_not_of_ticks(project: Any) -> None:
    cell = make_cell(project, v0=40, v1=60)
    for reason, n in (("incorrect", 30), ("too_long", 20)):
        ReasonCell.objects.create(cell=cell, value=0, reason=reason, n=n)
    shares = {one.reason: one.share.value for one in report_of(project).reasons}
    assert shares == {"incorrect": 0.75, "too_long": 0.5}


def test_a_new_text_of_the_widget_draws_a_line(project: Any) -> None:
    key = WidgetKey.objects.create(project=project, name="Help centre")
    Instrument.objects.create(key=key, number=2, settings={}, note="shorter question")
    for week in range(4):
        make_cell(
            project,
            day=TODAY - timedelta(weeks=week),
            v1=20,
            v0=10,
            widget=key.pk,
            instrument=1 if week > 1 else 2,
        )
    report = feedback_report(project, Wanted(), TODAY, {key.pk: key.name})
    assert report
    assert report.plot
    (change,) = report.changes
    assert (change.day, change.note) == (TODAY - timedelta(weeks=1), "shorter question")
    assert len(report.plot.changes) == 1


def test_being_shown_before_the_words_are_fetched_is_no_other_text(project: Any) -> None:
    key = WidgetKey.objects.create(project=project, name="Help centre")
    for week in range(3):
        day = TODAY - timedelta(weeks=week)
        make_cell(project, day=day, v1=20, v0=10, widget=key.pk, instrument=2)
        make_cell(project, day=day, n_shown=90, widget=key.pk, instrument=0)
    report = feedback_report(project, Wanted(), TODAY, {key.pk: key.name})
    assert report
    assert report.changes == []


def test_a_week_with_few_answers_is_a_gap(project: Any) -> None:
    for week, n in enumerate((20, 3, 20, 20)):
        make_cell(project, day=TODAY - timedelta(weeks=week), v1=n)
    plot = report_of(project).plot
    assert len(plot.lines) == 2
    assert len(plot.dots) == 3


def test_weeks_begin_on_monday() -> None:
    assert start_of(date(2026, 11, 26), "week") == date(2026, 11, 23)


def test_a_variant_of_few_people_has_no_share(project: Any) -> None:
    few, many = "v1", "v2"
    for variant in (few, many):
        make_cell(project, variant_name=variant, n_shown=100, n_answered=10, v1=10)
    people = [Respondent.objects.create(project=project, key=f"s:{n}") for n in range(5)]
    for n in range(10):
        make_feedback(project, people[n % 4], variant_name=few)
        make_feedback(project, people[n % 5], variant_name=many)
    lines = {line.key: line for line in report_of(project).variants}
    assert lines[few].is_small
    assert lines[few].measure is None
    assert not lines[many].is_small
    assert lines[many].measure.value == 1


def test_people_are_counted_once(project: Any) -> None:
    make_cell(project, v1=3)
    person = Respondent.objects.create(project=project, key="s:1")
    for _n in range(3):
        make_feedback(project, person)
    assert report_of(project).people.n == 1


@pytest.mark.parametrize(
    ("wanted", "n"),
    [
        ({"days": 7}, 10),
        ({"days": 0}, 30),
        ({"language": "ja"}, 10),
        ({"trust": "all"}, 35),
        ({"mode": "solicited", "days": 0}, 20),
    ],
)
def test_filters_leave_out_what_does_not_fit(project: Any, wanted: Any, n: int) -> None:
    make_cell(project, language="ja", v1=10)
    make_cell(project, day=TODAY - timedelta(days=300), mode="solicited", v1=20)
    make_cell(project, trust="open", v1=25)
    assert report_of(project, **wanted).head.counts.n == n


def test_no_query_reads_an_event_and_their_number_does_not_grow(project: Any) -> None:
    for n in range(40):
        make_cell(project, day=TODAY - timedelta(days=n), instrument=n % 3, v1=10, v0=2)
    with CaptureQueriesContext(connection) as asked:
        report_of(project)
    assert len(asked) <= 6
    assert not [one for one in asked if "surveys_feedbackevent" in one["sql"]]


def test_the_page_of_a_project_without_feedback_says_what_to_do(
    signed_in: Any, alice: Any, project: Any
) -> None:
    answer = signed_in(alice).get(reverse("analytics:feedback", args=[project.uid]))
    assert "Nobody has given feedback yet." in answer.content.decode()


def test_filters_are_remembered_in_the_address(signed_in: Any, alice: Any, project: Any) -> None:
    make_cell(project, day=date.today(), language="ja", v1=12)
    address = reverse("analytics:feedback", args=[project.uid])
    page = signed_in(alice).get(address, {"language": "ja", "days": "28"}).content.decode()
    assert '<option value="ja" selected>' in page
    assert "language=ja" in page
    assert "days=28" in page
    assert Trust.SIGNED in page


@pytest.mark.parametrize("name", ["kinds", "trend", "changes", "reasons", "variants", "trust"])
def test_every_table_is_a_file(signed_in: Any, alice: Any, project: Any, name: str) -> None:
    make_cell(project, day=date.today(), v1=12, variant_name="=1+1")
    address = reverse("analytics:feedback_table", args=[project.uid, name])
    text = signed_in(alice).get(address).content.decode()
    assert text.count("\n") >= 1
    assert "\n=1+1" not in text
