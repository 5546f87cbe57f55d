"""SurveyJS's JSON: what both know comes over, what is not understood is named."""

import json

import pytest
from django.urls import reverse

from core.errors import InvalidError
from core.expressions import parse
from surveys.document_check import document_problems, errors_of
from surveys.surveyjs import from_surveyjs
from surveys.surveyjs_export import to_surveyjs
from tests.surveys.forms_of import document, every_type, options, question

THEIRS = {
    "title": {"default": "Lunch", "ja": "昼食"},
    "showProgressBar": "top",
    "pages": [
        {
            "name": "page1",
            "elements": [
                {"type": "rating", "name": "score", "title": "How was it?", "rateMax": 7,
                 "minRateDescription": "bad", "isRequired": True},
                {"type": "checkbox", "name": "why not",
                 "visibleIf": "{score} <= 3 and {score} notempty",
                 "choices": ["cold", {"value": "too salty", "text": "Too salty"}],
                 "showOtherItem": True, "showNoneItem": True, "choicesOrder": "random",
                 "colCount": 2},
                {"type": "comment", "name": "more",
                 "visibleIf": "{why not} anyof ['cold', 'other']"},
                {"type": "boolean", "name": "again", "visibleIf": "age({score}) > 3"},
                {"type": "file", "name": "photo"},
                {"type": "html", "name": "note", "html": "<p>Thank <b>you</b></p>"},
            ],
        }
    ],
}  # fmt: skip


def test_the_common_subset_comes_over():
    ours, _left_out = from_surveyjs(THEIRS)
    elements = {element["name"]: element for element in ours["pages"][0]["elements"]}
    assert list(elements) == ["score", "why_not", "more", "again", "note"]
    assert elements["score"] | {"title": None} == {
        "type": "scale", "name": "score", "title": None, "isRequired": True,
        "min": 1, "max": 7, "labels": {"1": {"en": "bad"}},
    }  # fmt: skip
    assert elements["why_not"]["visibleIf"] == "score <= 3 and score is not empty"
    assert elements["more"]["visibleIf"] == "why_not in ('cold', 'other')"
    assert elements["note"]["title"] == {"en": "Thank you"}
    assert [c["value"] for c in elements["why_not"]["choices"]] == [
        "cold", "option2", "other", "none",
    ]  # fmt: skip


def test_everything_left_out_is_named():
    _ours, left_out = from_surveyjs(THEIRS)
    told = "\n".join(left_out)
    for part in ("showProgressBar", "colCount", "photo", "age({score})", "markup", "too salty"):
        assert part in told


def test_what_came_over_lacks_only_words():
    ours, _left_out = from_surveyjs(THEIRS)
    assert {p.rule for p in errors_of(document_problems(ours))} <= {"words"}


@pytest.mark.parametrize("data", [None, [], {}, {"pages": [None]}, {"pages": 5, "elements": {}}])
def test_what_is_no_survey_is_refused(data):
    with pytest.raises(InvalidError):
        from_surveyjs(data)


def test_ours_goes_out_and_comes_back():
    data = document(
        [
            question("single", "why", choices=options("a", "b")),
            question("long_text", "more", visibleIf="why in (a, b) and why is not empty"),
        ]
    )
    theirs = to_surveyjs(data)
    assert theirs["pages"][0]["elements"][1]["visibleIf"] == (
        "{why} anyof ['a', 'b'] and {why} notempty"
    )
    ours, left_out = from_surveyjs(theirs)
    assert left_out == []
    assert ours["pages"][0]["elements"][1]["visibleIf"] == (
        "why in ('a', 'b') and why is not empty"
    )


@pytest.mark.parametrize(
    ("condition", "theirs"),
    [
        ("why not in (a, b)", "{why} != 'a' and {why} != 'b'"),
        ("not (why == a or n > 3)", "!({why} == 'a' or {n} > 3)"),
        ("some == a and some != b", "{some} contains 'a' and {some} notcontains 'b'"),
        ("why == a and (n < 3 or n is empty)", "{why} == 'a' and ({n} < 3 or {n} empty)"),
    ],
)
def test_a_condition_means_the_same_there_and_back(condition, theirs):
    data = document(
        [
            question("single", "why", choices=options("a", "b")),
            question("multi", "some", choices=options("a", "b")),
            question("short_text", "n", inputType="number", min=0, max=9),
            question("long_text", "more", visibleIf=condition),
        ]
    )
    out = to_surveyjs(data)
    number, more = out["pages"][0]["elements"][2:]
    assert (number["min"], more["visibleIf"]) == (0, theirs)
    ours, left_out = from_surveyjs(out)
    assert left_out == []
    assert parse(ours["pages"][0]["elements"][3]["visibleIf"]) == parse(condition)


def test_a_rating_from_0_and_a_number_from_0_keep_their_bounds():
    elements = [
        {"type": "rating", "name": "score", "rateMin": 0, "rateMax": 10},
        {"type": "text", "name": "age", "inputType": "number", "min": 0},
    ]
    ours, _left_out = from_surveyjs({"elements": elements})
    assert [element["min"] for element in ours["pages"][0]["elements"]] == [0, 0]


@pytest.mark.parametrize(
    "strange", [{"type": {}}, {"type": "rating", "rateType": []},
                {"type": "rating", "rateMin": "a", "rateCount": 3}]
)  # fmt: skip
def test_values_of_other_kinds_end_no_import(strange):
    elements = [{"type": "comment", "name": "words"}, {"name": "odd", **strange}]
    ours, _left_out = from_surveyjs({"elements": elements})
    assert ours["pages"][0]["elements"][0]["name"] == "words"


def test_every_type_goes_out():
    elements = [e for page in to_surveyjs(every_type())["pages"] for e in page["elements"]]
    assert len(elements) == 15
    assert all(element["type"] for element in elements)


def elements_of(*elements):
    ours, left_out = from_surveyjs({"elements": list(elements)})
    return ours["pages"][0]["elements"], left_out


def comment_if(condition):
    return {"type": "comment", "name": "more", "visibleIf": condition}


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("{why} = 'a = b or empty'", "why == 'a = b or empty'"),
        ("{why} = 'too salty'", "why == 'option2'"),
        ("{some} contains 'quite cold' and {why} <> 'x'", "some == 'option1' and why != 'x'"),
        ("{some} anyof ['quite cold', 'b'] && {why} notempty",
         "some in ('option1', 'b')  and  why is not empty"),
        ("{it is} = 'x' || !({why} empty)", "it_is == 'x'  or  not (why is empty)"),
    ],
)  # fmt: skip
def test_conditions_name_what_things_are_called_here_and_leave_quoted_words_alone(theirs, ours):
    made, _left_out = elements_of(
        {"type": "radiogroup", "name": "why", "choices": ["x", "too salty", "a = b or empty"]},
        {"type": "checkbox", "name": "some", "choices": ["quite cold", "b"]},
        {"type": "comment", "name": "it is"},
        comment_if(theirs),
    )
    expected = ours.replace("'a = b or empty'", "'option3'")
    assert parse(made[3]["visibleIf"]) == parse(expected)


@pytest.mark.parametrize("theirs", ["{why} contains 'x'", "{words} notcontains 'x y'"])
def test_whether_words_contain_others_is_left_out_and_named(theirs):
    made, left_out = elements_of(
        {"type": "radiogroup", "name": "why", "choices": ["x", "xy"]},
        {"type": "comment", "name": "words"},
        comment_if(theirs),
    )
    assert "visibleIf" not in made[2]
    assert "says more than ours can" in left_out[0]


def test_a_question_that_has_another_name_here_is_told():
    _made, left_out = elements_of({"type": "comment", "name": "why not"})
    assert left_out == ["pages[0].elements[0]: question “why not” is called “why_not” here."]


def test_each_option_has_a_value_of_its_own():
    made, _left_out = elements_of(
        {"type": "checkbox", "name": "some", "choices": ["other", "none", "none", True],
         "showOtherItem": True, "showNoneItem": True},
    )  # fmt: skip
    assert [choice["value"] for choice in made[0]["choices"]] == [
        "other", "none", "option3", "true", "other_", "none_",
    ]  # fmt: skip
    whole = {"title": {"en": "T"}, "locales": ["en"], "pages": [{"name": "p", "elements": made}]}
    assert errors_of(document_problems(whole)) == []


def test_bounds_that_are_no_whole_numbers_are_named():
    made, left_out = elements_of(
        {"type": "text", "name": "n", "inputType": "number", "min": 0.5, "max": 9},
        {"type": "comment", "name": "c", "maxLength": -1},
    )
    assert (made[0].get("min"), made[0]["max"], "maxLength" in made[1]) == (None, 9, False)
    assert left_out == ["pages[0].elements[0].min is not known here and was left out."]


def test_words_of_a_language_that_is_none_do_not_take_the_place_of_english():
    made, left_out = elements_of(
        {"type": "comment", "name": "c", "title": {"default": "Why?", "pt_BR": "Por que?"}}
    )
    assert made[0]["title"] == {"en": "Why?"}
    assert left_out == ["pages[0].elements[0].title.pt_BR is not known here and was left out."]


def test_entities_of_markup_become_letters():
    made, _left_out = elements_of({"type": "html", "name": "n", "html": "<p>Tom &amp; Ann</p>"})
    assert made[0]["title"] == {"en": "Tom & Ann"}


def test_what_takes_words_or_rules_out_the_others_comes_back_as_such():
    choices = [
        *options("a"),
        {**options("else")[0], "other": True},
        {**options("nothing")[0], "exclusive": True},
    ]
    data = document(
        [
            question("multi", "some", choices=choices),
            question("long_text", "more", visibleIf="some in (a, else) and some != nothing"),
        ]
    )
    theirs = to_surveyjs(data)
    [some, more] = theirs["pages"][0]["elements"]
    assert (len(some["choices"]), some["showOtherItem"], some["showNoneItem"]) == (1, True, True)
    assert more["visibleIf"] == "{some} anyof ['a', 'other'] and {some} notcontains 'none'"
    ours, left_out = from_surveyjs(theirs)
    assert left_out == []
    back = ours["pages"][0]["elements"][0]["choices"]
    assert [(one.get("other"), one.get("exclusive")) for one in back] == [
        (None, None), (True, None), (None, True),
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_was_left_out_is_one_message_however_much_it_is(signed_in, alice, project):
    theirs = {
        "elements": [{"type": "text", "name": "a", "<i>0": 1, **{f"x{n}": 1 for n in range(40)}}]
    }
    address = reverse("surveys:survey_create", args=[project.uid])
    answer = signed_in(alice).post(
        address, {"name": "Theirs", "json": json.dumps(theirs)}, follow=True
    )
    page = answer.content.decode()
    assert page.count('class="message ') == 1
    assert "41 things were not taken over as they were:" in page
    assert page.count("is not known here and was left out.") == 20
    assert "… and 21 more." in page
    assert "<i>0" not in page
