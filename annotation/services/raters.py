"""A person as a rater of a project."""

from accounts.models import Project, User
from annotation.models import Rater, RaterKind


def rater_for(user: User, project: Project) -> Rater:
    """The rater that stands for a person in a project, made at the first need."""
    rater, _made = Rater.objects.get_or_create(
        project=project,
        kind=RaterKind.PERSON,
        key=str(user.uid),
        defaults={"display_name": str(user)[:150], "user": user},
    )
    return rater
