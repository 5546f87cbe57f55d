"""What annotation does when a lower floor announces something."""

from accounts.models import Invitation, User
from annotation.models import Study
from annotation.services.example_words import hide_in_examples
from annotation.services.raters import rater_for
from annotation.services.rating_uploads import remove_lost_uploads
from annotation.services.studies import name_rater
from core import registry


def connect() -> None:
    """Register the handlers; called once when the app is ready."""
    registry.on("invitation_accepted", join_study)
    registry.on("cleaning", remove_lost_uploads)
    registry.on("words_hidden", hide_in_examples)


def join_study(invitation: Invitation, user: User) -> None:
    """An invitation may name a study: whoever accepts it rates there.

    A study of another team, or none, is passed over: the person is a member either way.
    """
    study = Study.objects.filter(
        uid=invitation.purpose.get("study"), project__team=invitation.team_id
    ).first()
    if study:
        rater = rater_for(user, study.project)
        name_rater(actor=invitation.invited_by, study=study, rater=rater)
