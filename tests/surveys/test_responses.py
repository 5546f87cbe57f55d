"""The one way in for answers, and what it refuses; nothing is ever stored half."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from surveys.folding import day_of
from surveys.models import Answer, Response, Survey, SurveyDay, Trust
from surveys.refusals import SurveyRefusedError
from surveys.services.folding import add_to_survey_days
from surveys.services.forgetting import forget_subject
from surveys.services.recounting import recount
from surveys.services.responses import Arrival, save_response
from surveys.services.surveys import change_settings, publish_survey, save_draft
from tests.factories import NOON, make_conversation, make_user
from tests.surveys.forms_of import document, make_survey, options, question

pytestmark = pytest.mark.django_db


def arrive(survey, uid=None, seq=1, *, now=NOON, **fields):
    fields = {"answers": {"satisfied": 4}, "version": 1, "source": "widget"} | fields
    arrival = Arrival(uid=uid or uuid4(), seq=seq, **fields)
    return save_response(survey=survey, arrival=arrival, now=now)


def refusal(survey, uid=None, seq=1, **fields):
    with pytest.raises(SurveyRefusedError) as caught:
        arrive(survey, uid, seq, **fields)
    return caught.value


def test_the_highest_seq_wins_whatever_comes_late():
    survey, uid = make_survey(), uuid4()
    arrive(survey, uid, 3, answers={"satisfied": 5})
    late = arrive(survey, uid, 2, answers={"satisfied": 1})
    assert late.outcome == "stale"
    assert Response.objects.get().answers == {"satisfied": 5}
    assert [a.value for a in Answer.objects.all()] == [5]


def test_a_finished_response_is_not_opened_again():
    survey, uid = make_survey(), uuid4()
    arrive(survey, uid, 2, finished=True)
    assert arrive(survey, uid, 2, finished=True).outcome == "stale"
    assert refusal(survey, uid, 3).code == "finished"
    assert Survey.objects.get().n_complete == 1


def test_answers_for_another_version_or_survey_are_refused():
    survey, other, uid = make_survey(), make_survey(), uuid4()
    arrive(survey, uid)
    assert refusal(survey, version=2).code == "unknown_version"
    alice = make_user()
    save_draft(
        actor=alice, survey=survey, document=document([question("nps", "satisfied")]), now=NOON
    )
    assert refusal(survey, version=2).code == "unknown_version"
    publish_survey(actor=alice, survey=survey, now=NOON)
    assert refusal(survey, uid, 2, version=2).code == "other_version"
    assert refusal(other, uid, 2).code == "other_version"
    assert Response.objects.get().seq == 1


def test_what_was_begun_on_an_older_version_is_finished_on_it():
    survey, uid = make_survey(), uuid4()
    arrive(survey, uid)
    save_draft(
        actor=make_user(), survey=survey, document=document([question("nps", "n")]), now=NOON
    )
    publish_survey(actor=None, survey=survey, now=NOON)
    assert arrive(survey, uid, 2, finished=True).response.version.number == 1


def test_required_answers_are_missed_only_at_the_end():
    survey = make_survey()
    arrive(survey, answers={"more": "Later."})
    found = refusal(survey, answers={}, finished=True)
    assert (found.code, list(found.fields)) == ("invalid_answers", ["satisfied"])
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"satisfied": 6}, "satisfied"),
        ({"satisfied": True}, "satisfied"),
        ({"satisfied": [4]}, "satisfied"),
        ({"satisfied": {"a": 1}}, "satisfied"),
        ({"satisfied": "4 "}, "satisfied"),
        ({"more": "x" * 2_001}, "more"),
        ({"more": "nul\x00"}, "more"),
        ({"more": ["x"]}, "more"),
    ],
)
def test_what_does_not_fit_is_refused_whole(answers, name):
    found = refusal(make_survey(), answers={"satisfied": 4} | answers)
    assert list(found.fields) == [name]
    assert not Response.objects.exists()


def test_one_megabyte_is_refused():
    found = refusal(make_survey(), answers={"more": "x" * 1_000_000})
    assert (found.code, found.status) == ("too_large", 413)


def test_names_that_the_survey_does_not_have_are_left_out():
    arrive(make_survey(), answers={"satisfied": 4, "constructor": "x", "more-Comment": "y"})
    assert Response.objects.get().answers == {"satisfied": 4}


def test_the_quota_counts_complete_responses_and_lets_whoever_began_finish():
    survey = make_survey()
    change_settings(actor=make_user(), survey=survey, changes={"quota": 1})
    survey.refresh_from_db()
    begun = uuid4()
    arrive(survey, begun)
    arrive(survey, finished=True)
    survey.refresh_from_db()
    assert refusal(survey).code == "quota"
    assert arrive(survey, begun, 2, finished=True).response.state == "complete"
    assert Survey.objects.get().n_complete == 2


def test_a_page_that_was_opened_before_the_quota_was_reached_is_taken():
    """By our own word: what a browser says of its clock opens nothing."""
    survey = make_survey()
    change_settings(actor=make_user(), survey=survey, changes={"quota": 1})
    arrive(survey, finished=True)
    survey.refresh_from_db()
    before, after = NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)
    assert refusal(survey, finished=True, started_at=before, now=after).code == "quota"
    assert refusal(survey, finished=True, opened_at=after, now=after).code == "quota"
    assert arrive(survey, finished=True, opened_at=before, now=after).outcome == "saved"


def test_who_is_asked_in_a_page_finds_no_place_once_the_days_are_taken():
    survey = make_survey()
    change_settings(actor=make_user(), survey=survey, changes={"cap_per_day": 1})
    survey.refresh_from_db()
    begun = uuid4()
    arrive(survey, begun, mode="solicited")
    assert refusal(survey, mode="solicited").code == "cap"
    assert arrive(survey, begun, 2, mode="solicited", finished=True).outcome == "saved"
    assert arrive(survey).outcome == "saved"  # of their own accord
    assert arrive(survey, mode="solicited", now=NOON + timedelta(days=1)).outcome == "saved"


def test_a_day_is_the_installations_own(settings):
    """Begun and shown in the evening of London, which is the morning of the next day in Tokyo."""
    settings.TIME_ZONE = "Asia/Tokyo"
    survey, evening = make_survey(), NOON.replace(hour=20)
    arrive(survey, now=evening)
    shown = Counter({(survey.pk, 1, day_of(evening), "widget", "n_shown"): 1})
    add_to_survey_days(shown)
    row = SurveyDay.objects.get()
    assert row.day == NOON.date() + timedelta(days=1)
    assert (row.n_started, row.n_shown) == (1, 1)


def test_a_recount_proves_how_many_began_each_day_and_mends_it():
    survey = make_survey()
    for source in ("widget", "widget", "hosted", "server"):
        arrive(survey, source=source, started_at=NOON - timedelta(days=9))
    assert recount(survey.project_id, mend=False).is_right
    SurveyDay.objects.filter(source="hosted").delete()
    SurveyDay.objects.filter(source="widget").update(n_started=5)
    assert recount(survey.project_id, mend=True).wrong_days == 2
    begun = dict(SurveyDay.objects.values_list("source", "n_started"))
    assert begun == {"widget": 2, "hosted": 1, "server": 1}
    assert recount(survey.project_id, mend=False).is_right


def test_one_that_is_forgotten_was_never_begun():
    survey = make_survey()
    arrive(survey, respondent_key="s:dora")
    arrive(survey)
    forget_subject(actor=None, project=survey.project, key="s:dora", now=NOON)
    assert SurveyDay.objects.get().n_started == 1
    assert recount(survey.project_id, mend=False).is_right


def test_the_schedule_is_kept():
    survey = make_survey()
    hours = {"opens_at": NOON + timedelta(hours=1), "closes_at": NOON + timedelta(hours=2)}
    change_settings(actor=make_user(), survey=survey, changes=hours)
    survey.refresh_from_db()
    assert refusal(survey).code == "not_yet"
    assert refusal(survey, now=NOON + timedelta(hours=2)).code == "closed"
    assert arrive(survey, now=NOON + timedelta(minutes=90)).outcome == "saved"


def test_the_same_respondent_answers_once_in_the_cooldown():
    survey = make_survey()
    arrive(survey, finished=True, respondent_key="s:dora")
    assert refusal(survey, respondent_key="s:dora").code == "answered"
    later = NOON + timedelta(days=survey.cooldown_days)
    assert arrive(survey, respondent_key="s:dora", now=later).outcome == "saved"
    assert arrive(survey, respondent_key="s:dora", source="server").outcome == "saved"


def test_two_begun_side_by_side_end_as_one():
    survey, one, two = make_survey(), uuid4(), uuid4()
    for uid in (one, two):
        arrive(survey, uid, respondent_key="b:12345678")
    arrive(survey, one, 2, finished=True, respondent_key="b:12345678")
    assert refusal(survey, two, 2, finished=True).code == "answered"


def test_it_is_joined_to_its_conversation_and_keeps_where_it_comes_from():
    survey = make_survey()
    said = make_conversation(survey.project, "c_91")
    arrive(
        survey, conversation_key="c_91", variant_name="B", trust=Trust.SIGNED, mode="solicited",
        p=0.25, started_at=NOON - timedelta(seconds=40), finished=True, locale="ja-JP",
    )  # fmt: skip
    response = Response.objects.get()
    assert response.conversation == said
    assert (response.p, response.seconds, response.locale) == (0.25, 40, "ja")
    assert SurveyDay.objects.get().n_started == 1


def test_a_clock_ten_years_off_is_set_right():
    arrive(make_survey(), started_at=NOON - timedelta(days=3650), finished=True)
    assert Response.objects.get().seconds <= 90 * 86_400
    arrive(make_survey(), started_at=NOON + timedelta(days=3650), finished=True)
    assert Response.objects.order_by("-id")[0].seconds == 0


def test_values_are_stored_one_by_one():
    data = document(
        [
            question("single", "s", choices=options("a", "b", b={"other": True})),
            question("multi", "m", choices=options("x", "y")),
            question("matrix", "g", rows=options("r"), columns=options("1", "2")),
            question("ranking", "k", choices=options("x", "y")),
            question("short_text", "n", inputType="number"),
            question("nps", "p"),
        ]
    )
    answers = {
        "s": "b", "s-Comment": "Else", "m": ["y", "x"], "g": {"r": "2"}, "k": ["y", "x"],
        "n": 2.5, "p": 0,
    }  # fmt: skip
    arrive(make_survey(data), answers=answers)
    rows = Answer.objects.values_list("question", "part", "value", "number", "text")
    assert set(rows) == {
        ("s", "", 1, None, ""), ("s", "b", None, None, "Else"), ("m", "x", 1, None, ""),
        ("m", "y", 1, None, ""), ("g", "r", 2, None, ""), ("k", "y", 1, None, ""),
        ("k", "x", 2, None, ""), ("n", "", None, 2.5, ""), ("p", "", 0, None, ""),
    }  # fmt: skip


def test_only_a_true_permutation_is_kept_as_the_order():
    data = document(
        [
            question("multi", "m", choices=options("x", "y"), choicesOrder="random"),
            question("multi", "k", choices=options("x", "y"), choicesOrder="random"),
        ]
    )
    arrive(make_survey(data), answers={}, order={"m": ["y", "x"], "k": ["x", "x"], "z": 1})
    assert Response.objects.get().order == {"m": ["y", "x"]}
