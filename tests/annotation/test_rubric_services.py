"""What can happen to a rubric, and what cannot: neither by a service nor past it."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from annotation import rubric_templates
from annotation.models import Criterion, Layer, RaterKind, RubricVersion
from annotation.rubric_diff import Consequence
from annotation.rubric_effects import effects_of, frame_texts
from annotation.rubric_schema import content_hash
from annotation.services import rubrics
from core.errors import DomainError, InvalidError
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(project, alice):
    return rubrics.create_rubric(
        actor=alice, project=project, data=rubric_templates.template("good_dialogue")
    )


@pytest.fixture
def published(draft, alice):
    return rubrics.publish_version(actor=alice, version=draft, now=NOON)


def changed(version, key, /, **fields):
    """The version's data with other fields in one criterion."""
    data = rubrics.rubric_data(version)
    for criterion in data["criteria"]:
        if criterion["key"] == key:
            criterion.update(fields)
    return data


def rated(project, version, key, n=1, **fields):
    study = factories.make_study(project, version)
    for _rating in range(n):
        factories.make_rating(factories.make_item(study), scores={key: 2}, **fields)


def effect_on(key, old, new):
    return next(effect for effect in effects_of(old, new) if effect.change.key == key)


def test_a_rubric_begins_as_a_draft_of_version_one(draft):
    assert (draft.number, draft.state) == (1, RubricVersion.State.DRAFT)
    assert AuditEntry.objects.filter(verb="rubric.created").exists()


def test_two_rubrics_of_one_template_get_different_slugs(project, alice, draft):
    other = rubrics.create_rubric(
        actor=alice, project=project, data=rubric_templates.template("good_dialogue")
    )
    assert (draft.rubric.slug, other.rubric.slug) == ("good_dialogue", "good_dialogue-2")


def test_a_bad_rubric_is_not_made(project, alice):
    with pytest.raises(InvalidError) as refusal:
        rubrics.create_rubric(
            actor=alice,
            project=project,
            data={"name": {"en": "X"}, "criteria": [{"key": "a", "kind": "stars"}]},
        )
    assert "criteria[0].kind" in refusal.value.fields


def test_a_rubric_without_a_name_is_not_made(project, alice):
    with pytest.raises(InvalidError):
        rubrics.create_rubric(actor=alice, project=project, data={"name": {}, "criteria": []})


def test_publishing_notes_who_when_and_what(published, alice):
    assert (published.published_by, published.published_at) == (alice, NOON)
    assert len(published.content_hash) == 64


def test_a_draft_without_criteria_is_not_published(project, alice):
    empty = rubrics.create_rubric(
        actor=alice, project=project, data={"name": {"en": "Empty"}, "criteria": []}
    )
    with pytest.raises(InvalidError):
        rubrics.publish_version(actor=alice, version=empty, now=NOON)


@pytest.mark.parametrize("act", ["save", "publish", "discard"])
def test_a_service_refuses_to_change_what_is_published(published, alice, act):
    acts = {
        "save": lambda: rubrics.save_draft(
            actor=alice, version=published, data=rubrics.rubric_data(published)
        ),
        "publish": lambda: rubrics.publish_version(actor=alice, version=published, now=NOON),
        "discard": lambda: rubrics.discard_draft(actor=alice, version=published),
    }
    with pytest.raises(DomainError):
        acts[act]()


@pytest.mark.parametrize(
    "act",
    [
        lambda version: RubricVersion.objects.filter(pk=version.pk).update(intro={"en": "Other"}),
        lambda version: RubricVersion.objects.filter(pk=version.pk).update(state="draft"),
        lambda version: version.criteria.filter(key="helpfulness").update(weight=2),
        lambda version: version.criteria.filter(key="helpfulness").update(points=[]),
        lambda version: version.criteria.filter(key="helpfulness").delete(),
        lambda version: factories.make_criterion(version, "late"),
    ],
    ids=["reword", "unpublish", "weigh", "rescale", "remove", "add"],
)
def test_the_database_refuses_to_change_what_is_published(published, act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act(published)
    assert published.criteria.count() == 8


def test_a_draft_renames_nothing_before_it_is_published(published, alice):
    draft = rubrics.start_draft(actor=alice, rubric=published.rubric)
    data = rubrics.rubric_data(draft) | {"name": {"en": "Better"}}
    rubrics.save_draft(actor=alice, version=draft, data=data)
    published.rubric.refresh_from_db()
    before = published.rubric.name["en"]
    rubrics.publish_version(actor=alice, version=draft, now=NOON)
    published.rubric.refresh_from_db()
    assert (before, published.rubric.name["en"]) == ("Good dialogue", "Better")
    assert content_hash(rubrics.rubric_data(published)) == published.content_hash


def test_there_is_one_draft_at_a_time(published, alice):
    first = rubrics.start_draft(actor=alice, rubric=published.rubric)
    assert rubrics.start_draft(actor=alice, rubric=published.rubric) == first
    assert rubrics.rubric_data(first) == rubrics.rubric_data(published)


def test_a_draft_saved_meanwhile_is_not_written_over(draft, alice):
    seen = rubrics.draft_hash(draft)
    rubrics.save_draft(
        actor=alice, version=draft, data=changed(draft, "helpfulness", weight=2.0), seen=seen
    )
    with pytest.raises(DomainError, match="saved by somebody else"):
        rubrics.save_draft(
            actor=alice, version=draft, data=changed(draft, "helpfulness", weight=3.0), seen=seen
        )
    assert draft.criteria.get(key="helpfulness").weight == 2


def test_a_note_that_cannot_be_stored_is_refused(draft, alice):
    with pytest.raises(DomainError):
        rubrics.save_draft(
            actor=alice, version=draft, data=rubrics.rubric_data(draft), note="a\x00b"
        )


def test_an_unchanged_criterion_keeps_its_ratings(published, project, alice):
    rated(project, published, "helpfulness", 3)
    new = rubrics.start_draft(actor=alice, rubric=published.rubric)
    effect = effect_on("helpfulness", published, new)
    assert (effect.consequence, effect.kept, effect.at_stake) == (Consequence.KEPT, 3, 0)


@pytest.mark.parametrize(
    ("fields", "consequence"),
    [
        ({"question": {"en": "Other?", "ja": "別の問い。"}}, Consequence.ON_REQUEST),
        ({"points": factories.likert(1, 4)}, Consequence.NOT_COMPARABLE),
        ({"target": "turn"}, Consequence.NOT_COMPARABLE),
    ],
    ids=["reworded", "scale changed", "target changed"],
)
def test_a_changed_criterion_puts_its_ratings_at_stake(
    published, project, alice, fields, consequence
):
    rated(project, published, "helpfulness", 2)
    new = rubrics.start_draft(actor=alice, rubric=published.rubric)
    rubrics.save_draft(actor=alice, version=new, data=changed(new, "helpfulness", **fields))
    effect = effect_on("helpfulness", published, new)
    assert (effect.consequence, effect.kept, effect.at_stake) == (consequence, 0, 2)


def test_ratings_of_a_removed_criterion_stay_behind(published, project, alice):
    rated(project, published, "helpfulness", 2)
    new = rubrics.start_draft(actor=alice, rubric=published.rubric)
    data = rubrics.rubric_data(new)
    data["criteria"] = data["criteria"][1:]
    rubrics.save_draft(actor=alice, version=new, data=data)
    effect = effect_on("helpfulness", published, new)
    assert (effect.consequence, effect.at_stake) == (Consequence.STAYS_BEHIND, 2)


def test_a_renamed_criterion_keeps_its_ratings(published, project, alice):
    rated(project, published, "helpfulness", 2)
    new = rubrics.start_draft(actor=alice, rubric=published.rubric)
    rubrics.save_draft(actor=alice, version=new, data=changed(new, "helpfulness", key="use"))
    effect = effect_on("use", published, new)
    assert (effect.consequence, effect.kept) == (Consequence.KEPT, 2)


def test_a_criterion_that_comes_back_finds_its_ratings(published, project, alice):
    rated(project, published, "helpfulness", 2)
    whole = rubrics.rubric_data(published)
    second = rubrics.start_draft(actor=alice, rubric=published.rubric)
    rubrics.save_draft(
        actor=alice, version=second, data=whole | {"criteria": whole["criteria"][1:]}
    )
    rubrics.publish_version(actor=alice, version=second, now=NOON)
    third = rubrics.start_draft(actor=alice, rubric=published.rubric)
    rubrics.save_draft(actor=alice, version=third, data=whole)
    effect = effect_on("helpfulness", second, third)
    assert (effect.consequence, effect.kept) == (Consequence.KEPT, 2)


def test_only_current_blind_scores_count_of_people_and_machines(published, project, alice):
    study = factories.make_study(project, published)
    item = factories.make_item(study)
    judge = factories.make_rater(project, kind=RaterKind.JUDGE)
    factories.make_rating(item, judge, {"helpfulness": 1})
    factories.make_rating(item, scores={"helpfulness": 1})
    factories.make_rating(item, scores={"helpfulness": 1}, layer=Layer.INFORMED)
    factories.make_rating(item, scores={"helpfulness": 1}, current=False)
    new = rubrics.start_draft(actor=alice, rubric=published.rubric)
    assert effect_on("helpfulness", published, new).kept == 2


def test_discarding_a_draft_leaves_what_was_published(published, alice):
    draft = rubrics.start_draft(actor=alice, rubric=published.rubric)
    rubrics.discard_draft(actor=alice, version=draft)
    assert list(published.rubric.versions.all()) == [published]
    assert Criterion.objects.filter(version=published).count() == 8


def test_a_changed_introduction_is_told_word_by_word(published, alice):
    draft = rubrics.start_draft(actor=alice, rubric=published.rubric)
    data = rubrics.rubric_data(draft)
    data["intro"] = data["intro"] | {"en": "Read all."}
    draft = rubrics.save_draft(actor=alice, version=draft, data=data)
    assert [text.language for text in frame_texts(published, draft)] == ["en"]
