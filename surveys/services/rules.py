"""What a project keeps of end users, and for how long."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.models import Project, User
from surveys.models import FeedbackRules
from surveys.services.projection import hold

CHANGEABLE = ("keep_days", "keep_comment_days", "scrub", "ask_consent", "cooldown_days")


@transaction.atomic
def change_rules(*, actor: User, project: Project, changes: Mapping[str, Any]) -> FeedbackRules:
    rules = hold(project.pk)
    for name in CHANGEABLE:
        setattr(rules, name, changes[name])
    rules.save(update_fields=CHANGEABLE)
    told = {name: changes[name] for name in CHANGEABLE}
    record(actor, "feedback_rules.changed", target=project, project=project, rules=told)
    return rules
