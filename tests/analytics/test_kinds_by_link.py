"""End users who came by a link are a kind of their own in the report."""

from django.utils import timezone

from accounts.models import Project
from analytics.reports.agreement import agreement_of
from annotation.services.erasure import erase_all
from tests.annotation.link_helpers import joined, link_to
from tests.annotation.rating_helpers import claim, rater_in, study_of, submit


def kinds_of(study):
    (criterion,) = agreement_of(study, replicates=50).criteria
    lines = criterion.kinds.lines if criterion.kinds else []
    return {line.kinds: (line.n_raters, line.n_ratings) for line in lines}


def test_agreement_is_told_within_people_and_end_users_and_between_them(project: Project):
    study = study_of(project, items=4, overlap=4)
    link = link_to(study, items_each=4)
    came = [joined(link) for _n in range(2)]
    chairs = [rater_in(study), rater_in(study), *(chair for _came, chair in came)]
    for number, chair in enumerate(chairs):
        for point in ("1", "3", "5", "2" if number % 2 else "4"):
            now = timezone.now()
            submit(claim(chair, now), {"helpful": point}, now=now)
    assert kinds_of(study) == {
        ("person",): (2, 8),
        ("respondent",): (2, 8),
        ("person", "respondent"): (4, 16),
    }
    for participation, _chair in came:
        erase_all(participation=participation, now=timezone.now())
    assert kinds_of(study) == {}
