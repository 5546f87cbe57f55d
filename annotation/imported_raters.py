"""The raters whom a file names: a kind and the file's own id as text make one."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from accounts.models import Project
from annotation.models import Rater, RaterKind, Study, StudyRater

Who = tuple[str, str]


class Raters:
    """Raters by kind and key, made at the first rating that names them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[Who, int] = {}

    def meet(self, named: Iterable[Who]) -> None:
        unknown = sorted(set(named) - self._known.keys())
        if not unknown:
            return
        self._look_up(unknown)
        Rater.objects.bulk_create(
            (
                Rater(project=self.project, kind=kind, key=key, display_name=_name(kind, key))
                for kind, key in unknown
                if (kind, key) not in self._known
            ),
            ignore_conflicts=True,
        )
        self._look_up(unknown)

    def _look_up(self, named: list[Who]) -> None:
        rows = Rater.objects.filter(project=self.project, key__in=[key for _kind, key in named])
        self._known |= {(kind, key): pk for kind, key, pk in rows.values_list("kind", "key", "pk")}

    def pk_of(self, kind: str, key: str) -> int:
        return self._known[kind, key]

    def count(self, study: Study, raters: list[int]) -> None:
        """Put people on the study's list with how much they rated; respondents are too many."""
        people = Rater.objects.filter(pk__in=set(raters), kind=RaterKind.PERSON).values_list("pk")
        counts = Counter(raters)
        listed = {pk for (pk,) in people}
        StudyRater.objects.bulk_create(
            (StudyRater(study=study, rater_id=pk) for pk in sorted(listed)), ignore_conflicts=True
        )
        for pk in listed:
            StudyRater.objects.filter(study=study, rater=pk).update(
                n_submitted=F("n_submitted") + counts[pk]
            )


def _name(kind: str, key: str) -> str:
    """A bare number is not a name that a page can show."""
    return (f"Rater {key}" if key.isdigit() and kind == RaterKind.PERSON else key)[:150]
