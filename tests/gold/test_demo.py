"""The demonstration tells a story whose dates follow one another, and goes as it came."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Max, Min
from django.test import override_settings
from django.utils import timezone

from analytics.reports.survey import survey_report
from analytics.reports.survey_people import SurveyWanted
from annotation.models import (
    Assignment,
    Item,
    Layer,
    Participation,
    Qualified,
    Rating,
    Study,
    StudyRater,
)
from conversations.models import Conversation
from gold import demo
from gold.demo_people import Demo
from gold.models import Release
from surveys.models import Respondent

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def load() -> Demo:
    return demo.load_demo(now=NOW, tell=lambda _line: None)


@pytest.fixture(scope="module")
def loaded_once(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """It takes a dozen seconds; what a test does to it is rolled back."""
    home = override_settings(TOUCHSTONE_HOME=tmp_path_factory.mktemp("home"))
    with home, django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def loaded(loaded_once: Demo, db: None) -> Demo:
    return loaded_once


def test_every_date_of_the_demonstration_follows_the_one_before(loaded):
    names = ("Good dialogue, round 1", "対話破綻（日本語）")
    rated_from_a_file = loaded.project.studies.filter(name__in=names)
    imported = Rating.objects.filter(item__study__in=rated_from_a_file, layer=Layer.BLIND)
    said = Conversation.objects.aggregate(last=Max("started_at"), imported=Min("imported_at"))
    rated = imported.aggregate(first=Min("submitted_at"), last=Max("submitted_at"))
    settled = rated_from_a_file.aggregate(first=Min("items__settled_at"))["first"]
    opened = set(rated_from_a_file.values_list("opened_at", flat=True))
    assert len(opened) == 1
    dates = [
        said["last"],
        said["imported"],
        *opened,
        rated["first"],
        rated["last"],
        settled,
        *Release.objects.order_by("number").values_list("published_at", flat=True),
    ]
    assert dates == sorted(dates)


def test_the_rating_floor_has_something_of_everything(loaded):
    assert set(Study.objects.values_list("purpose", flat=True)) == set(Study.Purpose)
    assert set(Rating.objects.values_list("layer", flat=True)) == set(Layer) - {Layer.EXTRA}
    assert Qualified.objects.filter(n_asked=5).count() == 2
    assert set(StudyRater.objects.values_list("paused_because", flat=True)) == {
        "",
        "accuracy",
        "excluded",
    }
    assert Assignment.objects.filter(state="skipped").exclude(skip_reason="").count() == 2
    assert Rating.objects.filter(flagged=True).count() == 2
    assert Participation.objects.count() == 4
    ranked = Item.objects.filter(n_answers=3)
    assert ranked.filter(state="settled").exists()
    assert ranked.filter(state="open", has_slot=True).exists()


def test_it_is_loaded_once_and_goes_without_leaving_a_row(loaded):
    before = rows()
    load()
    assert rows() == before
    demo.remove_demo()
    assert rows() == {}


def rows() -> dict[str, int]:
    """How many rows each model of ours has, where it has any."""
    ours = ("accounts", "conversations", "annotation", "analytics", "gold")
    counts = {
        model._meta.label: model._default_manager.count()
        for name in ours
        for model in apps.get_app_config(name).get_models()
    }
    return {label: n for label, n in counts.items() if n}


def test_the_funnel_of_the_demonstrations_survey_narrows_step_by_step(loaded):
    survey = loaded.project.surveys.get()
    report = survey_report(survey, SurveyWanted(), "en")
    steps = [step.n for step in report.funnel.steps]
    assert len(steps) == 4
    assert steps == sorted(steps, reverse=True)
    respondents = Respondent.objects.filter(project=loaded.project).count()
    assert 0.9 * respondents < steps[0] < 1.1 * respondents
