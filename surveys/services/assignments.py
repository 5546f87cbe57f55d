"""Dealing variants to subjects, and remembering that it was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from accounts.models import Project
from core.text import digest
from surveys.assigning import assign, checked_shares
from surveys.models import Experiment, VariantAssignment

BATCH = 500


@transaction.atomic
def record_assignments(
    *,
    project: Project,
    experiment: str,
    shares: Mapping[str, float],
    seed: str,
    subjects: Sequence[str],
    now: datetime,
) -> dict[str, str]:
    """Who gets which variant; each subject is remembered once, however often it is reported."""
    shares = checked_shares(shares)
    plan, _made = Experiment.objects.get_or_create(
        project=project,
        name=experiment,
        plan_hash=digest([seed, shares]),
        defaults={"seed": seed, "shares": shares, "began_at": now},
    )
    dealt = {subject: assign(experiment, subject, shares, seed) for subject in subjects}
    VariantAssignment.objects.bulk_create(
        (
            VariantAssignment(
                project=project,
                experiment=plan,
                respondent_hash=hash_of(project, f"s:{subject}"),
                variant_name=variant,
                at=now,
            )
            for subject, variant in dealt.items()
        ),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return dealt


def hash_of(project: Project, respondent_key: str) -> UUID:
    """A respondent of a project without who it is: nobody can look it up across projects."""
    words = f"{project.uid}\0{respondent_key}".encode()
    return UUID(bytes=sha256(words).digest()[:16])
