"""Writing down how many answers are waited for, before the first one comes."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from analytics.models import ComparePlan
from analytics.reports.compare_formulas import Formula
from core.errors import DomainError
from surveys.models import CurrentFeedback


@transaction.atomic
def lock_plan(
    *,
    actor: User,
    project: Project,
    formula: Formula,
    a: str,
    b: str,
    answers: int,
    difference: float,
    today: date,
) -> ComparePlan:
    """A plan that nobody can change; refused where feedback on the new variant was seen already."""
    seen = CurrentFeedback.objects.filter(
        project=project, kind=formula.kind, variant_name=b, value__isnull=False
    )
    if seen.exists():
        raise DomainError(
            _(
                "There is feedback on “%(name)s” already, so a plan would be made after the fact. "
                "Read the limits that hold at every look; they need none."
            )
            % {"name": b},
            code="plan_too_late",
        )
    try:
        with transaction.atomic():
            plan = ComparePlan.objects.create(
                project=project,
                metric=formula.key,
                variant_a=a,
                variant_b=b,
                answers=answers,
                difference=difference,
                first_day=today,
                made_by=actor,
            )
    except IntegrityError:
        raise DomainError(
            _("The plan for “%(a)s” and “%(b)s” is locked already. It stays as it is.")
            % {"a": a, "b": b},
            code="plan_locked",
        ) from None
    record(actor, "compare_plan.locked", target=plan, project=project, answers=answers)
    return plan
