"""The page of a survey as a browser without script and without cookies meets it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from surveys.models import Answer, Response, Survey, SurveyLink
from surveys.services.survey_links import make_link, revoke_link
from surveys.services.surveys import change_settings, close_survey, pause_survey
from surveys.survey_link_tokens import resume_code, token_of
from surveys.survey_templates import KEYS, survey_template
from tests.factories import make_user
from tests.surveys.forms_of import (
    document,
    every_type,
    fields_of,
    make_survey,
    options,
    question,
)

pytestmark = pytest.mark.django_db


def get(client, survey, query="", **headers):
    return client.get(f"/s/{survey.slug}/{query}", headers=headers)


def post(client, survey, page, **answers):
    fields = fields_of(page.content.decode())
    own = {
        f"a.{name}": value for name, value in answers.items() if name not in {"back", "to_locale"}
    }
    moves = {name: value for name, value in answers.items() if name in {"back", "to_locale"}}
    return client.post(f"/s/{survey.slug}/", {**fields, **own, **moves})


def test_a_survey_is_answered_page_by_page(client):
    survey = make_survey()
    second = post(client, survey, get(client, survey), satisfied="4")
    done = post(client, survey, second, more="All well.\r\nThanks.")
    assert "Thank you" in done.content.decode()
    response = Response.objects.get()
    assert response.state == "complete"
    assert response.answers == {"satisfied": 4, "more": "All well.\nThanks."}


def test_of_thumbs_the_good_one_comes_first_as_in_the_widget(client):
    page = get(client, make_survey(document([question("thumb", "good")]))).content.decode()
    assert page.index('value="up"') < page.index('value="down"')


def test_no_cookie_is_set_and_none_is_needed(client):
    survey = make_survey()
    page = get(client, survey)
    done = post(client, survey, post(client, survey, page, satisfied="4"))
    assert not page.cookies
    assert not done.cookies
    assert not client.cookies


def test_looking_writes_nothing(client):
    survey = make_survey()
    get(client, survey)
    get(client, survey, "?satisfied=4")
    assert not Response.objects.exists()


def test_a_missing_answer_is_said_beside_its_question(client):
    survey = make_survey()
    page = post(client, survey, get(client, survey))
    assert page.status_code == 422
    assert 'id="q-satisfied-problem"' in page.content.decode()
    assert not Response.objects.exists()


def test_back_shows_what_was_answered(client):
    survey = make_survey()
    second = post(client, survey, get(client, survey), satisfied="4")
    first = post(client, survey, second, more="Kept.", back="1")
    assert 'value="4" checked' in " ".join(first.content.decode().split())
    assert Response.objects.get().answers["more"] == "Kept."


def test_a_question_that_an_answer_brings_is_asked_on_the_same_page(client):
    survey = make_survey(
        document(
            [
                question("csat", "satisfied"),
                question("long_text", "why", visibleIf="satisfied <= 2", isRequired=True),
            ]
        )
    )
    again = post(client, survey, get(client, survey), satisfied="1")
    assert again.status_code == 422
    assert "Q why" in again.content.decode()
    done = post(client, survey, again, satisfied="1", why="Wrong.")
    assert "Thank you" in done.content.decode()


def test_an_optional_one_is_shown_before_the_page_is_left(client):
    survey = make_survey(
        document(
            [
                question("csat", "satisfied"),
                question("long_text", "why", visibleIf="satisfied <= 2"),
            ]
        )
    )
    again = post(client, survey, get(client, survey), satisfied="1")
    assert "something more to ask" in again.content.decode()
    assert "Thank you" in post(client, survey, again, satisfied="1").content.decode()


def test_hidden_answers_are_dropped(client):
    survey = make_survey(
        document(
            [question("csat", "satisfied")],
            {"elements": [question("long_text", "why")], "visibleIf": "satisfied <= 2"},
            [question("long_text", "more")],
        )
    )
    why = post(client, survey, get(client, survey), satisfied="1")
    third = post(client, survey, why, why="Wrong.")
    second = post(client, survey, third, back="1")
    first = post(client, survey, second, why="Wrong.", back="1")
    last = post(client, survey, first, satisfied="5")
    post(client, survey, last)
    assert Response.objects.get().answers == {"satisfied": 5}
    assert Answer.objects.count() == 1


def test_every_type_is_asked_and_kept(client):
    survey = make_survey(every_type())
    second = post(
        client, survey, get(client, survey),
        thumb="up", star="5", scale="0", csat="3", ces="7", nps="0",
        **{"two.ease": "4", "two.needs": "2"},
    )  # fmt: skip
    done = post(
        client, survey, second,
        single="z", multi=["a", "none"], age="x",
        **{"single-Comment": "Else", "grid.r": "1", "rank.x": "2", "rank.y": "2"},
    )  # fmt: skip
    assert done.status_code == 422
    assert done.content.decode().count('class="problem"') == 3
    done = post(
        client, survey, second,
        single="z", multi=["a", "b"], age="30", more="", pair="tie", agree="true",
        **{"single-Comment": "Else", "grid.r": "1", "rank.x": "2", "rank.y": "1", "rank.w": "3"},
    )  # fmt: skip
    assert done.status_code == 200
    response = Response.objects.get()
    assert response.answers == {
        "thumb": "up", "star": 5, "scale": 0, "csat": 3, "ces": 7, "nps": 0,
        "two": {"ease": 4, "needs": 2}, "single": "z", "single-Comment": "Else",
        "multi": ["a", "b"], "grid": {"r": "1"}, "rank": ["y", "x", "w"], "age": 30,
        "pair": "tie", "agree": True,
    }  # fmt: skip
    assert set(response.order) == {"multi", "pair"}
    assert response.order["multi"][-1] == "none"


def test_the_language_is_that_of_the_browser_and_can_be_switched(client):
    survey = make_survey()
    page = get(client, survey, **{"Accept-Language": "ja,en;q=0.5"})
    assert '<html lang="ja"' in page.content.decode()
    english = post(client, survey, page, satisfied="2", to_locale="en")
    assert '<html lang="en"' in english.content.decode()
    assert 'value="2" checked' in " ".join(english.content.decode().split())
    assert not Response.objects.exists()


def test_who_kept_the_address_goes_on_where_they_stopped(client):
    survey = make_survey()
    post(client, survey, get(client, survey), satisfied="4")
    response = Response.objects.get()
    page = client.get(f"/s/{survey.slug}/r/{resume_code(response.uid).lower()}/")
    assert "Q more" in page.content.decode()
    assert response.resume_hash
    assert resume_code(response.uid) not in str(Response.objects.values().get())
    assert client.get(f"/s/{survey.slug}/r/2345-2345-2345-2345/").status_code == 404


def test_an_old_form_or_that_of_another_survey_is_refused(client):
    survey, other = make_survey(), make_survey()
    fields = fields_of(get(client, survey).content.decode())
    for sent in ({**fields, "ticket": "x"}, fields_of(get(client, other).content.decode())):
        page = client.post(f"/s/{survey.slug}/", {**sent, "a.satisfied": "4"})
        assert "Open the survey again" in page.content.decode()
    assert not Response.objects.exists()


def test_sent_twice_is_sent_once(client):
    survey = make_survey()
    second = post(client, survey, get(client, survey), satisfied="4")
    post(client, survey, second, more="Once.")
    again = post(client, survey, second, more="Twice.")
    assert "Thank you" in again.content.decode()
    assert Response.objects.get().answers["more"] == "Once."
    assert Survey.objects.get().n_complete == 1


def test_a_single_use_link_is_for_one_response(client):
    survey = make_survey()
    change_settings(actor=make_user(), survey=survey, changes={"is_open": False})
    assert get(client, survey).status_code == 403
    link = make_link(
        actor=None, survey=survey, name="Dora", days=7, now=timezone.now(), subject="d"
    )
    address = f"/s/{survey.slug}/l/{token_of(link)}/"
    first, also = client.get(address), client.get(address)
    assert SurveyLink.objects.get().n_used == 0
    second = post(client, survey, first, satisfied="2")
    assert "already" in post(client, survey, also, satisfied="4").content.decode()
    post(client, survey, second)
    response = Response.objects.get()
    assert (response.answers["satisfied"], response.respondent.key) == (2, "s:d")
    assert SurveyLink.objects.get().n_used == 1
    assert "already" in client.get(address).content.decode()


def test_a_single_use_link_shows_nobody_what_was_answered_by_it(client):
    """Who began goes on at the address that their own page showed them."""
    survey = make_survey()
    link = make_link(actor=None, survey=survey, name="Dora", days=7, now=timezone.now())
    address = f"/s/{survey.slug}/l/{token_of(link)}/"
    second = post(client, survey, client.get(address), satisfied="2", more="Secret.")
    again = client.get(address)
    assert again.status_code == 409
    assert "Somebody has begun" in again.content.decode()
    code = resume_code(Response.objects.get().uid)
    assert code in second.content.decode()
    assert code not in again.content.decode()
    assert client.get(f"/s/{survey.slug}/r/{code}/").status_code == 200


def test_a_page_opened_before_the_last_place_was_taken_is_not_lost(client, monkeypatch):
    clock = SimpleNamespace(now=timezone.now)
    monkeypatch.setattr("surveys.views.hosted.timezone", clock)
    survey = make_survey(document([question("csat", "satisfied")]))
    change_settings(actor=make_user(), survey=survey, changes={"quota": 1})
    opened = timezone.now()
    pages = [get(client, survey) for _person in range(2)]
    clock.now = lambda: opened + timedelta(minutes=5)
    answers = [post(client, survey, page, satisfied="3") for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert get(client, survey).status_code == 409


def test_a_rush_is_told_when_to_come_again_and_nothing_is_stored(client, monkeypatch):
    survey = make_survey()
    first = get(client, survey)
    monkeypatch.setattr("surveys.hosted_visit.PER_MINUTE_EACH", 1)
    assert post(client, survey, first, satisfied="2").status_code == 200
    refused = post(client, survey, first, satisfied="4")
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert "Go back in" in refused.content.decode()
    assert Response.objects.get().answers["satisfied"] == 2


def test_a_link_for_several_stops_at_its_quota(client):
    survey = make_survey()
    link = make_link(actor=None, survey=survey, name="QR", days=7, now=timezone.now(), quota=1 + 1)
    address = f"/s/{survey.slug}/l/{token_of(link)}/"
    pages = [client.get(address) for _person in range(3)]
    statuses = [post(client, survey, page, satisfied="3").status_code for page in pages]
    assert statuses == [200, 200, 409]
    assert Response.objects.count() == 2


def test_a_link_that_was_withdrawn_or_made_up_opens_nothing(client):
    survey = make_survey()
    link = make_link(actor=None, survey=survey, name="QR", days=7, now=timezone.now())
    revoke_link(actor=make_user(), link=link, now=timezone.now())
    assert "withdrawn" in client.get(f"/s/{survey.slug}/l/{token_of(link)}/").content.decode()
    assert client.get(f"/s/{survey.slug}/l/{token_of(link)}x/").status_code == 404


def test_states_are_told_in_sentences(client):
    survey, alice = make_survey(), make_user()
    tomorrow = timezone.now() + timedelta(days=1)
    change_settings(actor=alice, survey=survey, changes={"opens_at": tomorrow})
    assert "opens on" in get(client, survey).content.decode()
    change_settings(actor=alice, survey=survey, changes={"opens_at": None, "quota": 0})
    assert "As many people" in get(client, survey).content.decode()
    change_settings(actor=alice, survey=survey, changes={"quota": None})
    pause_survey(actor=alice, survey=survey)
    assert "at the moment" in get(client, survey).content.decode()
    close_survey(actor=alice, survey=survey)
    page = get(client, survey, **{"Accept-Language": "ja"})
    assert "終了しました" in page.content.decode()
    assert client.get("/s/no-such/").status_code == 404


def test_script_in_every_text_is_shown_as_text(client):
    bad = "<script>alert(1)</script>"
    words = {"en": bad, "ja": bad}
    data = every_type()
    for page in data["pages"]:
        page |= {"title": words, "description": words}
        for element in page["elements"]:
            element |= {"title": words, "description": words}
            for name in ("choices", "rows", "columns"):
                for option in element.get(name, []):
                    option["text"] = words
    survey = make_survey(data | {"title": words, "description": words, "thanks": words})
    first = get(client, survey)
    second = post(client, survey, first)
    done = post(client, survey, second, more=bad, **{"single-Comment": bad}, single="z")
    for page in (first, second, done):
        assert "<script" not in page.content.decode()
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_only_pages_of_the_projects_own_widgets_may_frame_it(client):
    from surveys.models import WidgetKey

    survey = make_survey()
    assert "frame-ancestors 'none'" in get(client, survey).headers["Content-Security-Policy"]
    WidgetKey.objects.create(
        project=survey.project, name="Shop", origins=["https://shop.example.com", "x; script-src *"]
    )
    page = get(client, survey)
    policy = page.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://shop.example.com")
    assert "X-Frame-Options" not in page.headers


def test_an_answer_in_the_address_is_ticked_and_not_kept(client):
    survey = make_survey()
    page = get(client, survey, "?satisfied=4&more=spam")
    assert 'value="4" checked' in " ".join(page.content.decode().split())
    assert "spam" not in page.content.decode()
    assert get(client, survey, "?satisfied=99").status_code == 200


def test_one_megabyte_is_refused(client):
    survey = make_survey()
    second = post(client, survey, get(client, survey), satisfied="4")
    page = post(client, survey, second, more="x" * 1_000_000)
    assert page.status_code == 422
    assert len(page.content) < 1_200_000
    assert "more" not in Response.objects.get().answers


@pytest.mark.parametrize("key", KEYS)
def test_templates_are_asked_in_less_than_30_kilobytes(client, key, settings):
    data = survey_template(key).document
    whole = str(data).replace("{service}", "Help").replace("{feature}", "Search")
    survey = make_survey(__import__("ast").literal_eval(whole))
    css = sum(
        (settings.BASE_DIR / "static/css" / name).stat().st_size
        for name in ("tokens.css", "hosted.css")
    )
    page = get(client, survey, **{"Accept-Language": "ja"})
    assert page.status_code == 200
    assert len(page.content) + css < 30_000


def test_marks_and_sources_stand_where_they_are_due(client):
    page = get(client, make_survey(document([question("nps", "n")]))).content.decode()
    assert "registered trademarks of Bain" in page
    translated = {"ja": {"items": [f"文{n}" for n in range(10)], "source": "山田ほか 2022"}}
    data = document([question("sus", "s", items="sus", translations=translated)])
    page = get(client, make_survey(data), **{"Accept-Language": "ja"}).content.decode()
    assert "J. Brooke" in page
    assert "山田ほか 2022" in page
    assert "妥当性は未検証" in page


def test_a_choice_comes_in_the_order_that_is_stored(client):
    values = [f"c{n}" for n in range(9)]
    data = document([question("multi", "m", choices=options(*values), choicesOrder="random")])
    survey = make_survey(data)
    page = get(client, survey)
    shown = list(__import__("re").findall(r'value="(c\d)"', page.content.decode()))
    post(client, survey, page, m=["c3"])
    assert Response.objects.get().order == {"m": shown}
