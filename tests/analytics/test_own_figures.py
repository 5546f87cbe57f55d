import json

import pytest
from django.urls import reverse

from analytics.reports.rater_page import BESIDE_OTHERS, CHECKED
from analytics.reports.snapshots import take_snapshot
from annotation.models import Layer, Study
from tests import factories
from tests.annotation.quality_helpers import keyed_study
from tests.factories import NOON


@pytest.fixture
def study(rated, bob):
    study = rated([[n % 5, (n + 1) % 5] for n in range(10)])
    rater = study.project.raters.get(key="rater-0")
    rater.user = bob
    rater.save()
    factories.make_study_rater(study, rater)
    take_snapshot(study, now=NOON, replicates=20)
    return study


def own(client, study: Study) -> tuple[str, dict]:
    page = client.get(reverse("analytics:my_figures", args=[study.uid])).content.decode()
    data = client.get(reverse("analytics:my_figures_json", args=[study.uid])).content
    return page, json.loads(data)


def test_a_rater_does_not_see_how_they_stand_beside_others(study, bob, signed_in):
    page, data = own(signed_in(bob), study)
    assert not {*BESIDE_OTHERS, *CHECKED} & {*data["criteria"][0]}
    for word in ("Severity", "Beside the others", "Everybody"):
        assert word not in page


def test_unless_the_study_shows_it(study, bob, signed_in):
    Study.objects.update(show_own_severity=True)
    page, data = own(signed_in(bob), study)
    assert "severity" in data["criteria"][0]
    assert "Severity" in page
    assert "Everybody" not in page


def test_what_tells_of_checks_is_shown_once_the_study_is_closed(study, bob, alice, signed_in):
    controls = keyed_study(study, Study.Purpose.CONTROL, items=1)
    rater = study.project.raters.get(key="rater-0")
    item = controls.items.get()
    given = factories.make_assignment(item, rater, study=study, layer=Layer.CONTROL)
    factories.make_rating(item, rater, {"helpful": 3}, layer=Layer.CONTROL, assignment=given)
    managed = reverse("analytics:rater", args=[study.uid, rater.uid])
    assert "1 of 1 are right" in signed_in(alice).get(managed).content.decode()
    page, data = own(signed_in(bob), study)
    assert "On control items" not in page
    assert data["control"] is None
    Study.objects.filter(pk=study.pk).update(state=Study.State.CLOSED)
    page, data = own(signed_in(bob), study)
    assert "On control items" in page
    assert (data["control"]["right"], data["control"]["asked"]) == (1, 1)
