"""Pages that show a part of the report: each says how old it is, and comes back when it is new."""

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.models import AgreementSnapshot
from analytics.reports.snapshots import take_snapshot
from jobs.testing import run_pending_jobs
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(rated):
    return rated([[n % 5, (n * 2) % 5] for n in range(12)])


@pytest.fixture
def client(signed_in, alice):
    return signed_in(alice)


def url(name, study):
    return reverse(f"analytics:{name}", args=[study.uid])


def part(client, study, **headers):
    """The flags as a page fetches them into itself."""
    asked = {"HX-Request": "true"} | {
        name.replace("_", "-"): said for name, said in headers.items()
    }
    return client.get(url("rater_flags", study), headers=asked)


@pytest.mark.parametrize(
    ("word", "page"),
    [
        ("", "agreement"),
        ("calibration", "calibration"),
        ("flags", "rater_flags"),
        ("//evil.example", "agreement"),
    ],
)
@pytest.mark.once
def test_computing_comes_back_to_where_it_was_asked_for(client, study, word, page):
    answer = client.post(url("agreement_compute", study), {"from": word})
    assert (answer.status_code, answer.url) == (302, url(page, study))


@pytest.mark.once
def test_the_form_before_and_after_says_where_it_stands(client, study):
    study.revealed_at = timezone.now()
    study.save()
    page = client.get(url("calibration", study)).content.decode()
    assert 'name="from" value="calibration"' in page


def test_before_a_report_flags_say_what_to_press_and_a_press_finds_them(client, study):
    before = part(client, study).content.decode()
    assert "That has not been done yet." in before
    assert "Compute it" in before
    assert not AgreementSnapshot.objects.exists()
    pressed = client.post(
        url("agreement_compute", study),
        {"from": "flags"},
        headers={"HX-Request": "true"},
        follow=True,
    ).content.decode()
    assert "<html" not in pressed
    assert "Computing the agreement" in pressed
    assert "Compute it" not in pressed
    run_pending_jobs()
    after = part(client, study).content.decode()
    assert "just now" in after
    assert after.count('<th scope="row">') == 2
    assert "<button" not in after


def test_flags_say_that_ratings_came_in_since_and_let_them_be_computed_again(client, study):
    take_snapshot(study, now=timezone.now(), replicates=50)
    assert "Ratings came in since" not in part(client, study).content.decode()
    factories.make_rating(factories.make_item(study), None, {"helpful": 1})
    stale = part(client, study).content.decode()
    assert "Ratings came in since this was computed." in stale
    assert "Compute again" in stale


def test_the_bar_asks_for_itself_until_the_work_is_done_and_then_for_the_flags(client, study):
    client.post(url("agreement_compute", study), {"from": "flags"})
    going = part(client, study, HX_Trigger="job-1")
    assert "hx-get" in going.content.decode()
    assert 'id="rater-flags"' not in going.content.decode()
    assert "HX-Retarget" not in going.headers
    run_pending_jobs()
    done = part(client, study, HX_Trigger="job-1")
    assert 'id="rater-flags"' in done.content.decode()
    assert done.headers["HX-Retarget"] == "#rater-flags"


@pytest.mark.once
def test_of_a_crowd_flags_say_that_nobody_is_listed(client, study):
    snapshot = take_snapshot(study, now=timezone.now(), replicates=50)
    for criterion in snapshot.data["criteria"]:
        criterion["raters"] = []
    snapshot.save()
    assert "counted and not listed one by one" in part(client, study).content.decode()


@pytest.mark.once
def test_rater_quality_fetches_the_flags_by_itself(client, study):
    factories.make_study_rater(study, factories.make_rater(study.project))
    page = client.get(reverse("annotation:study_quality", args=[study.uid])).content.decode()
    assert f'hx-get="{url("rater_flags", study)}" hx-trigger="load"' in page
