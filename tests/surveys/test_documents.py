"""What a survey's document may hold, and that a draft's every fault is named with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidError, TooLargeError
from surveys.document_check import document_problems, errors_of
from surveys.document_diff import document_changes
from surveys.documents import MAX_BYTES, parse_document, refuse_large
from surveys.questions import Type
from surveys.survey_templates import KEYS, survey_template
from tests.surveys.forms_of import document, every_type, options, question

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def rules(data):
    return [(p.rule, p.page, p.question, p.path) for p in document_problems(data)]


def test_all_fifteen_types_are_well_made():
    data = every_type()
    assert document_problems(data) == []
    assert {q.type for q in parse_document(data).questions} == set(Type)


@given(ANY_JSON)
def test_whatever_json_comes_is_judged_and_never_breaks(data):
    assert all(str(problem) for problem in document_problems(data))


@given(st.data())
def test_one_property_spoilt_is_judged_and_never_breaks(data):
    spoilt = every_type()
    page = data.draw(st.sampled_from(spoilt["pages"]))
    element = data.draw(st.sampled_from(page["elements"]))
    name = data.draw(st.sampled_from([*element, "visibleIf", "labels", "extra"]))
    element[name] = data.draw(ANY_JSON)
    if not any(p.breaks_shape for p in document_problems(spoilt)):
        parse_document(spoilt)


def test_a_fault_names_page_question_property_and_rule():
    data = document([question("scale", "s", min=0, max=20)])
    assert rules(data) == [("range", "p0", "s", "max")]
    assert "Page “p0”, question “s”, max: A scale has 2 to 11 points." in str(
        document_problems(data)[0]
    )


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        (question("csat", "s", visibleIf="s == 1"), "cycle"),
        (question("csat", "s", visibleIf="t == 1"), "forward"),
        (question("csat", "s", visibleIf="nobody == 1"), "forward"),
        (question("csat", "s", visibleIf="x = 1"), "condition"),
        (question("csat", "s", title={"en": "Only English"}), "words"),
        (question("csat", "s", title={"en": "{service}", "ja": "言"}), "words"),
        (question("sus", "s", items="sus"), "translation"),
        (question("multi", "s", choices=options("a", "a")), "name"),
        (question("multi", "s", choices=options("a"), minSelectedChoices=2), "range"),
        (question("short_text", "s", min=1), "range"),
        (question("single", "s", choices=options("a", "b", a={"other": True}, b={"other": True})),
         "range"),
        (question("csat", "s", labels={"9": {"en": "x", "ja": "x"}}), "range"),
        (question("csat", "t"), "name"),
        (question("nope", "s"), "shape"),
    ],
)  # fmt: skip
def test_each_rule_is_kept(element, rule):
    assert rule in {
        p.rule for p in errors_of(document_problems(document([element, question("csat", "t")])))
    }


def test_a_property_that_is_null_is_one_that_is_not_there():
    nothing = {"minSelectedChoices": None, "maxSelectedChoices": None, "choicesOrder": None}
    data = document([question("multi", "s", choices=options("a"), **nothing)])
    assert errors_of(document_problems(data)) == []


def test_a_language_without_own_words_needs_labels():
    data = document([question("csat", "s")], locales=["fr"])
    data["title"] = data["pages"][0]["elements"][0]["title"] = {"fr": "Mots"}
    assert {path for _rule, _page, _question, path in rules(data)} == {
        f"labels.{point}" for point in range(1, 6)
    }


def test_what_no_draft_may_be_is_refused():
    with pytest.raises(TooLargeError):
        refuse_large({"x": "y" * MAX_BYTES})
    with pytest.raises(InvalidError):
        refuse_large({"x": "\ud800"})
    with pytest.raises(InvalidError):
        parse_document({"pages": 1})


@pytest.mark.parametrize("key", KEYS)
def test_a_template_lacks_nothing_but_the_names_that_managers_fill_in(key):
    template = survey_template(key)
    problems = errors_of(document_problems(template.document))
    assert all("{service}" in str(p) or "{feature}" in str(p) for p in problems)
    assert template.rights
    assert template.pitfalls
    texts = str(template)
    assert not any(bad in texts for bad in ("あなた", "させていただ", "することができ", "調停"))


def test_changes_between_versions_are_told():
    before = document([question("csat", "a"), question("nps", "b"), question("star", "c")])
    after = document([question("csat", "a", isRequired=True), question("star", "c")],
                     [question("long_text", "d")])  # fmt: skip
    told = {(c.kind, c.page, c.question, c.path) for c in document_changes(before, after)}
    assert told == {
        ("changed", "p0", "a", "isRequired"), ("removed", "p0", "b", ""), ("added", "p1", "", ""),
        ("added", "p1", "d", ""),
    }  # fmt: skip
