"""What a receipt shows: everything that an end user gave, and whether they can go on."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from annotation.models import AssignmentDraft, Participation, Study, StudyRater
from annotation.rating_desk import NothingPage
from annotation.selectors import OwnRating, earlier, own_ratings
from annotation.services.chairs import NoItem, Why, refusal_for


@dataclass(frozen=True)
class Receipt:
    participation: Participation
    now: datetime
    before: int | None = None
    """The number of the rating before which the page begins."""

    @cached_property
    def desk(self) -> StudyRater | None:
        """None once everything was erased."""
        rows = StudyRater.objects.select_related("rater", "study__rubric_version__rubric")
        return rows.filter(
            rater=self.participation.rater_id, study=self.participation.link.study_id
        ).first()

    @cached_property
    def ratings(self) -> list[OwnRating]:
        return own_ratings(self.desk, self.before, is_receipt=True) if self.desk else []

    @property
    def earlier(self) -> int | None:
        return earlier(self.ratings)

    @cached_property
    def n_drafts(self) -> int:
        """Begun and not submitted: it is on the server all the same."""
        drafts = AssignmentDraft.objects.filter(assignment__rater=self.participation.rater_id)
        return drafts.count()

    @cached_property
    def nothing(self) -> NothingPage | None:
        """Why there is nothing more to rate, if that is known without looking for an item."""
        if self.desk is None:
            return None
        is_closed = self.desk.study.state == Study.State.CLOSED
        refusal = NoItem(Why.CLOSED) if is_closed else refusal_for(self.desk, self.now)
        return NothingPage(self.desk, refusal) if refusal else None
