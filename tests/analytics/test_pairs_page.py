"""The page of pairs of raters: everybody who reads may see it, by the names that they may see."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Team, User
from analytics.reports.snapshots import take_snapshot
from annotation.models import Study
from tests.conftest import member


def shown(client: Client, study: Study, key: str = "helpful") -> str:
    return client.get(reverse("analytics:pairs", args=[study.uid, key])).content.decode()


def test_pairs_stand_on_a_page_of_their_own(
    alice: User,
    team: Team,
    rated: Callable[..., Study],
    signed_in: Callable[[User], Client],
) -> None:
    study = rated([[n % 4, n % 3, n % 4] for n in range(12)])
    take_snapshot(study, now=timezone.now(), replicates=50)
    client = signed_in(alice)
    report = client.get(reverse("analytics:agreement", args=[study.uid])).content.decode()
    assert reverse("analytics:pairs", args=[study.uid, "helpful"]) in report
    names = study.project.raters.order_by("key").values_list("display_name", flat=True)
    page = shown(client, study)
    assert page.count("<td>") == 3  # of three raters
    assert all(name in page for name in names)
    assert client.get(reverse("analytics:pairs", args=[study.uid, "other"])).status_code == 404
    viewer = shown(signed_in(member(team, "Vera", Role.VIEWER)), study)
    assert "Rater A" in viewer
    assert not any(name in viewer for name in names)
