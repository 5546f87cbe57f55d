"""What end users write, named to those who look for personal data in it.

Numbers and e-mail addresses are masked before they are stored (`surveys.scrubbing`); names and
postal addresses are not, and nothing is where a project masks nothing.
"""

from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from conversations.leaves import changed_leaves, leaves_of
from conversations.written import Rewrite, Source, add, save_field
from surveys.models import Answer, CurrentFeedback, FeedbackEvent, Response
from surveys.services.projection import hold


def connect() -> None:
    add(
        Source(
            name="feedback",
            label=_("Comments of end users"),
            rows=lambda project: CurrentFeedback.objects.filter(project=project),
            field="comment",
            page="analytics:feedback_words",
            uid="project__uid",
            begin=lambda project, _key: hold(project.pk),
            rewrite=hide_comment,
        ),
        Source(
            name="surveys",
            label=_("Words in surveys"),
            rows=lambda project: Answer.objects.filter(survey__project=project),
            field="text",
            page="surveys:survey",
            uid="survey__uid",
            begin=hold_response,
            rewrite=hide_answer,
        ),
    )


def hide_comment(change: Rewrite) -> None:
    """Also in the events that said it, from which the row can be made again."""
    said: CurrentFeedback = change.row
    FeedbackEvent.objects.filter(
        project=said.project_id, respondent=said.respondent_id, comment=said.comment
    ).update(comment=change.new)
    save_field(change)


def hold_response(project: Project, key: int) -> None:
    """The form before its answers, as whoever sends it again locks them."""
    rows = Response.objects.filter(survey__project=project, values=key)
    rows.select_for_update(of=("self",)).first()


def hide_answer(change: Rewrite) -> None:
    """Also in the form as it was sent."""
    answer: Answer = change.row
    response = answer.response
    places = {path: change.new for path, text in leaves_of(response.answers) if text == answer.text}
    response.answers = changed_leaves(response.answers, places)
    response.save(update_fields=["answers"])
    save_field(change)
