"""How many control items a study can still give to each of its raters, for who manages it.

A set that its raters have met elsewhere checks nobody, and without a word of it whoever asked for
an accuracy would believe that they are being checked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from annotation.models import Assignment, ExpectedAnswer, Item, Reveal, Study, StudyRater
from annotation.services.same_answers import Shown, in_items, shown_as

SHOWN = ("conversation", "conversation_b", "n_answers")


def controls_left(study: Study, chairs: Sequence[StudyRater]) -> dict[int, int]:
    """By rater; nobody where the study has no set. Lanes, which may hold more back, are left out.

    What `services.checks` asks of one rater, asked of all of them in as many queries as of one.
    """
    if not (study.controls_id and study.control_rate):
        return {}
    keys = ExpectedAnswer.objects.filter(item=OuterRef("pk"))
    items = (
        Item.objects.filter(Exists(keys), study=study.controls_id)
        .exclude(Exists(Item.objects.filter(in_items(), study=study.pk)))
        .values_list("pk", *SHOWN)
    )
    control = {pk: shown_as(*shown) for pk, *shown in items}
    away = _kept_away(control, chairs)
    return {chair.rater_id: len(control.keys() - away[chair.rater_id]) for chair in chairs}


def _kept_away(
    control: Mapping[int, Shown], chairs: Sequence[StudyRater]
) -> defaultdict[int, set[int]]:
    """Control items by rater who has met them, has read their key or has written it."""
    raters = {chair.rater_id: chair.rater.user_id for chair in chairs}
    alike = defaultdict(set)
    for pk, shown in control.items():
        alike[shown].add(pk)
    answers = {answer for shown, _n in alike for answer in shown}
    away: defaultdict[int, set[int]] = defaultdict(set)
    met = Assignment.objects.filter(rater__in=raters).filter(
        Q(item__conversation__in=answers) | Q(item__conversation_b__in=answers)
    )
    for rater, *found in met.values_list("rater", *(f"item__{name}" for name in SHOWN)).distinct():
        away[rater] |= alike.get(shown_as(*found), set())
    read = Reveal.objects.filter(item__in=control, rater__in=raters)
    for reader, item in read.values_list("rater", "item"):
        away[reader].add(item)
    wrote: defaultdict[int | None, set[int]] = defaultdict(set)
    keys = ExpectedAnswer.objects.filter(item__in=control, by__in=filter(None, raters.values()))
    for author, item in keys.values_list("by", "item"):
        wrote[author].add(item)
    for rater, user in raters.items():
        away[rater] |= wrote[user]
    return away
