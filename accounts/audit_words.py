"""What each verb of the audit log says; the sentence stands beside who did it and to what."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "team.created": _("Made the team."),
    "project.created": _("Made the project."),
    "project.renamed": _("Renamed the project."),
    "invitation.made": _("Invited somebody to the team."),
    "invitation.accepted": _("Accepted the invitation."),
    "invitation.revoked": _("Withdrew the invitation."),
    "role.changed": _("Changed somebody's role."),
    "member.removed": _("Removed somebody from the team."),
    "api_key.made": _("Made an API key."),
    "api_key.revoked": _("Revoked the API key."),
    "conversations.imported": _("Imported conversations."),
    "import.taken_back": _("Took an import back."),
    "rubric.created": _("Made the rubric."),
    "rubric.draft_started": _("Began a new version of the rubric."),
    "rubric.draft_saved": _("Saved the draft of the rubric."),
    "rubric.draft_discarded": _("Discarded the draft of the rubric."),
    "rubric.published": _("Published a version of the rubric."),
    "rubric.archived": _("Archived the rubric."),
    "rubric.unarchived": _("Brought the rubric back from the archive."),
    "study.created": _("Made the study."),
    "study.changed": _("Changed the settings of the study."),
    "study.drawn": _("Drew items into the study."),
    "study.opened": _("Opened the study."),
    "study.paused": _("Paused the study."),
    "study.closed": _("Closed the study."),
    "study.blocks_made": _("Dealt the items of the study to balanced blocks of raters."),
    "study.extended": _("Asked for more raters an item."),
    "study.work_taken": _("Took open work back from a rater."),
    "study.lanes_handed_over": _("Handed over the lanes of a rater."),
    "study.lanes_reset": _("Let a rater draw from the lanes of the plan again."),
    "study.ratings_set_aside": _("Set the ratings of a rater aside."),
    "study.ratings_taken_in": _("Let ratings that were set aside count again."),
    "study.rater_joined": _("Joined the raters of the study."),
    "study.rater_limited": _("Changed the limits of a rater in the study."),
    "study.rater_named": _("Put a rater on the list of the study."),
    "study.rater_paused": _("Paused a rater in the study."),
    "study.rater_resumed": _("Let a rater go on in the study."),
    "rating.submitted": _("Submitted a rating."),
    "rating.revised": _("Changed a rating."),
    "rating.taken_back": _("Took a rating back."),
    "ratings.imported": _("Imported ratings."),
    "item.skipped": _("Skipped the item."),
    "item.adjudicated": _("Decided the item."),
    "item.reopened": _("Took the decision on the item back."),
    "item.taken_up": _("Took up the item with the ratings it had."),
    "item.raters_asked": _("Asked the raters of the item."),
    "item.inquiry_answered": _("Answered a question about the item."),
    "example.proposed": _("Proposed what was rated as an example."),
    "example.taken": _("Took the example into the draft of the rubric."),
    "example.declined": _("Declined a proposed example."),
    "criterion.sent_back": _("Sent the criterion back for rewording."),
    "criterion.hold_lifted": _("Let the criterion settle again."),
    "gold.dataset_created": _("Made the gold dataset."),
    "gold.proposed": _("Proposed settled items for gold."),
    "gold.approved": _("Approved candidates as gold items."),
    "gold.declined": _("Declined candidates."),
    "gold.reconsidered": _("Put a declined candidate back among the waiting ones."),
    "gold.retired": _("Retired the gold item."),
    "gold.released": _("Published a release."),
}


def sentence_of(verb: str) -> str:
    """The verb in the reader's language; one that an older release wrote stands as it is."""
    return str(SENTENCES.get(verb, verb))
