"""What people write into a survey is masked as their comments are, unless the project says no."""

from uuid import uuid4

import pytest
from django.utils import timezone

from surveys.models import FeedbackRules, Response
from surveys.services.responses import Arrival, save_response
from surveys.services.surveys import create_survey, publish_survey
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = "Write to me at dora@example.com please."
DOCUMENT = {
    "title": {"en": "Why"},
    "locales": ["en"],
    "pages": [
        {"name": "one", "elements": [{"type": "long_text", "name": "why", "title": {"en": "Why?"}}]}
    ],
}


@pytest.mark.parametrize("masked", [True, False])
def test_an_address_is_masked_as_the_project_wishes(masked):
    project = factories.make_project()
    FeedbackRules.objects.create(project=project, scrub=masked)
    survey = create_survey(actor=None, project=project, name="Why", document=DOCUMENT)
    publish_survey(actor=None, survey=survey, now=timezone.now())
    survey.refresh_from_db()
    arrival = Arrival(
        uid=uuid4(), seq=1, answers={"why": WORDS}, version=1, source="hosted", finished=True
    )
    save_response(survey=survey, arrival=arrival, now=timezone.now())
    response = Response.objects.get()
    assert ("dora@example.com" in response.answers["why"]) is not masked
    assert ("dora@example.com" in response.values.get().text) is not masked
