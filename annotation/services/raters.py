"""A person as a rater of a project."""

from accounts.models import Project, User
from annotation.models import Rater, RaterKind


def rater_for(user: User, project: Project) -> Rater:
    """The rater that stands for a person in a project, made at the first need.

    An import may have made it before, from the person's uid in a file: then it gets its account.
    """
    name = str(user)[:150]
    rater, _made = Rater.objects.get_or_create(
        project=project,
        kind=RaterKind.PERSON,
        key=str(user.uid),
        defaults={"display_name": name, "user": user},
    )
    if rater.user_id is None:
        rater.user, rater.display_name = user, name
        rater.save(update_fields=["user", "display_name"])
    return rater
