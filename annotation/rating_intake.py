"""A chunk of ratings on its way into a study: checked, compared with what is there, stored."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from annotation.answers import Given
from annotation.imported_answers import AnswerSheet, Rated
from annotation.imported_items import ItemKey, by_key, known_keys
from annotation.imported_places import Place, held_in, take_places
from annotation.imported_raters import Raters
from annotation.models import Item, ItemAnswer, Layer, Rating, Score, ScoreText, Study, Verdict
from annotation.models.ratings import COUNTED, HUMAN
from annotation.rating_refusals import another, full, in_progress, not_in_study, other_layer
from conversations.importers import LineError, ParsedRating, RefusedError
from conversations.models import Conversation
from core.text import digest

LINES_KEPT = 200
"""Refused lines told one by one; beyond it they are only counted."""


@dataclass
class Taken:
    """How far an import of ratings is; what a job keeps as its cursor."""

    new: int = 0
    unchanged: int = 0
    revised: int = 0
    refused: int = 0
    scores: int = 0
    lines: list[dict[str, Any]] = field(default_factory=list)
    position: list[int] | None = None
    settled_to: int | None = None
    """The last item settled; None while ratings are still read."""

    def refuse(self, line: LineError) -> None:
        self.refused += not line.notice
        if len(self.lines) < LINES_KEPT:
            told = {"file": line.file, "line": line.line, "code": line.code, "reason": line.reason}
            self.lines.append(told)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Wanted:
    """One rating of a chunk on its way into the study."""

    parsed: ParsedRating
    key: ItemKey
    rated: Rated
    order: tuple[int, ...]
    """Where the item holds each answer of the rating."""

    rater: int = 0
    kind: str = ""
    given: list[Given] = field(default_factory=list)
    content_hash: str = ""
    replaces: int | None = None

    @property
    def layer(self) -> str:
        return self.parsed.layer or Layer.BLIND

    @property
    def seconds(self) -> int | None:
        return None if self.parsed.seconds is None else round(self.parsed.seconds)

    @property
    def is_flipped(self) -> bool:
        return self.order == (1, 0)


class Intake:
    """What one import knows across its chunks."""

    def __init__(self, study: Study, *, now: datetime, revise: bool) -> None:
        self.study, self.now, self.revise = study, now, revise
        self.sheet = AnswerSheet(study)
        self.raters = Raters(study.project)

    def take(self, chunk: Iterable[ParsedRating | LineError], taken: Taken) -> None:
        """Store a chunk inside the caller's transaction."""
        self.study = Study.objects.select_for_update(no_key=True).get(pk=self.study.pk)
        ratings = []
        for entry in chunk:
            if isinstance(entry, LineError):
                taken.refuse(entry)
            elif entry.layer and entry.layer not in COUNTED:
                taken.refuse(other_layer(entry))
            else:
                ratings.append(entry)
        wanted = self._checked(ratings, taken)
        items = self._items(wanted)
        fresh = self._fresh(wanted, items, taken)
        self._store(fresh, items, taken)

    def _checked(self, ratings: list[ParsedRating], taken: Taken) -> list[Wanted]:
        """The ratings whose conversations are known and whose scores lie on their scales."""
        rated = self._conversations(ratings)
        known = known_keys(self.study, [one.pk for one in rated.values()])
        self.raters.meet((one.rater_kind, one.rater) for one in ratings)
        found = []
        for parsed in ratings:
            try:
                one = self._wanted(parsed, rated, known)
                one.given = self.sheet.scores_of(parsed, one.rated, order=one.order)
            except RefusedError as refusal:
                taken.refuse(refusal.at(parsed.file, parsed.line))
                continue
            one.rater = self.raters.pk_of(parsed.rater_kind, parsed.rater)
            one.kind = parsed.rater_kind
            one.content_hash = _content_hash(parsed, one)
            found.append(one)
        return found

    def _conversations(self, ratings: list[ParsedRating]) -> dict[str, Rated]:
        names = {name for one in ratings for name in one.answers}
        heavy = ["turns"] * self.sheet.needs_turns + ["guidance"] * self.sheet.needs_guidance
        rows = Conversation.objects.filter(
            project=self.study.project_id, external_id__in=names
        ).values("pk", "external_id", "group_key", *heavy)
        return {
            row["external_id"]: Rated(
                row["pk"], row["group_key"], row.get("turns") or [], row.get("guidance")
            )
            for row in rows
        }

    def _wanted(
        self,
        parsed: ParsedRating,
        rated: Mapping[str, Rated],
        known: dict[frozenset[int], ItemKey],
    ) -> Wanted:
        for name in parsed.answers:
            if name not in rated:
                raise RefusedError(
                    "unknown_conversation",
                    _("The project holds no conversation “%(id)s”. Import the conversations first.")
                    % {"id": name[:120]},
                )
        answers = {rated[name].pk: rated[name] for name in parsed.answers}
        if len(answers) < len(parsed.answers):
            raise RefusedError(
                "same_twice",
                _("The rating compares “%(id)s” with itself. Name different conversations.")
                % {"id": parsed.external_id[:120]},
            )
        key = known.setdefault(frozenset(answers), tuple(answers))
        order = tuple(key.index(pk) for pk in answers)
        return Wanted(parsed, key, answers[key[0]], order)

    def _items(self, wanted: list[Wanted]) -> dict[ItemKey, Item]:
        """The items of the chunk by conversation; an imported study gets those it lacks."""
        rows = self.study.items.select_for_update(of=("self",)).filter(
            conversation__in={one.key[0] for one in wanted}
        )
        found = by_key(rows.order_by("pk"))
        if not self.study.imported:
            return found
        lacking = {one.key: one for one in wanted if one.key not in found}
        made = Item.objects.bulk_create(
            Item(
                study=self.study,
                seq=seq,
                conversation_id=key[0],
                conversation_b_id=key[1] if len(key) > 1 else None,
                n_answers=len(key),
                group_key=one.rated.group_key,
                slots_open=0,
                slots_total=0,
            )
            for seq, (key, one) in enumerate(lacking.items(), self.study.next_seq)
        )
        new = dict(zip(lacking, made, strict=True))
        ItemAnswer.objects.bulk_create(
            ItemAnswer(item=item, position=position, conversation_id=pk)
            for key, item in new.items()
            if len(key) > 2
            for position, pk in enumerate(key)
        )
        if made:
            self.study.next_seq += len(made)
            self.study.save(update_fields=["next_seq"])
        return found | new

    def _fresh(
        self, wanted: list[Wanted], items: Mapping[ItemKey, Item], taken: Taken
    ) -> list[Wanted]:
        """What changes anything: new ratings, and revisions where they are asked for."""
        known = self._known(wanted, items)
        fresh: list[Wanted] = []
        in_hand: dict[tuple[int, int], Wanted] = {}
        places = {key: item.slots_open for key, item in items.items()}
        held = set() if self.study.imported else held_in([item.pk for item in items.values()])
        for one in wanted:
            try:
                item = items.get(one.key)
                if item is None:
                    raise not_in_study(one.parsed, self.study)
                place = (item.pk, one.rater)
                standing = known.get(place)
                earlier = in_hand.get(place)
                same_as = earlier.content_hash if earlier else standing[1] if standing else None
                if same_as == one.content_hash:
                    taken.unchanged += 1
                    continue
                if earlier or (standing and not self.revise):
                    raise another(one.parsed, one.given, standing[0] if standing else None)
                if standing:
                    one.replaces = standing[0]
                    taken.revised += 1
                elif self._takes_place(one):
                    if place in held:
                        raise in_progress(one.parsed, item)
                    if not places[one.key]:
                        raise full(one.parsed, item)
                    places[one.key] -= 1
            except RefusedError as refusal:
                taken.refuse(refusal.at(one.parsed.file, one.parsed.line))
                continue
            in_hand[place] = one
            fresh.append(one)
        return fresh

    def _takes_place(self, one: Wanted) -> bool:
        """An imported study has a place for whatever comes, and a machine needs none."""
        return one.kind in HUMAN and not self.study.imported

    def _known(
        self, wanted: list[Wanted], items: Mapping[ItemKey, Item]
    ) -> dict[tuple[int, int], tuple[int, str]]:
        pks = {items[one.key].pk for one in wanted if one.key in items}
        rows = Rating.objects.filter(
            item__in=pks, layer__in=COUNTED, occasion=0, current=True
        ).values_list("item_id", "rater_id", "pk", "content_hash")
        return {(item, rater): (pk, content_hash) for item, rater, pk, content_hash in rows}

    def _store(self, fresh: list[Wanted], items: Mapping[ItemKey, Item], taken: Taken) -> None:
        replaced = [one.replaces for one in fresh if one.replaces]
        Rating.objects.filter(pk__in=replaced).update(current=False)
        Score.objects.filter(rating__in=replaced).update(current=False)
        places = self._places(fresh, items)
        ratings = Rating.objects.bulk_create(
            Rating(
                assignment_id=places.get((items[one.key].pk, one.rater)),
                item=items[one.key],
                rater_id=one.rater,
                rubric_version_id=self.study.rubric_version_id,
                layer=one.layer,
                revision_of_id=one.replaces,
                comment=one.parsed.comment,
                seconds=one.seconds,
                content_hash=one.content_hash,
                swapped=one.is_flipped,
                submitted_at=one.parsed.at or self.now,
            )
            for one in fresh
        )
        scores = Score.objects.bulk_create(
            (
                Score(
                    rating=rating,
                    criterion=given.criterion,
                    item_id=rating.item_id,
                    turn=given.unit.turn,
                    passage=given.unit.passage,
                    value=given.value,
                    number=given.number,
                    rater_id=rating.rater_id,
                    kind=one.kind,
                    layer=one.layer,
                )
                for one, rating in zip(fresh, ratings, strict=True)
                for given in one.given
            ),
            batch_size=5_000,
        )
        said = (given for one in fresh for given in one.given)
        ScoreText.objects.bulk_create(
            ScoreText(score=score, cannot_judge=given.cannot_judge, words=given.words)
            for score, given in zip(scores, said, strict=True)
            if given.cannot_judge or given.words
        )
        self._count(fresh, items)
        taken.new += len(fresh) - len(replaced)
        taken.scores += len(scores)

    def _places(
        self, fresh: list[Wanted], items: Mapping[ItemKey, Item]
    ) -> dict[tuple[int, int], int]:
        """The assignments of the ratings, by item and rater."""
        revised = Rating.objects.filter(
            pk__in=[one.replaces for one in fresh if one.replaces], assignment__isnull=False
        ).values_list("item_id", "rater_id", "assignment_id")
        taken = take_places(
            self.study,
            [
                Place(
                    item=items[one.key],
                    rater=one.rater,
                    layer=one.layer,
                    at=one.parsed.at or self.now,
                    seconds=one.seconds,
                    swapped=one.is_flipped,
                )
                for one in fresh
                if self._takes_place(one) and not one.replaces
            ],
        )
        return {(item, rater): pk for item, rater, pk in revised if pk} | {
            whose: assignment.pk for whose, assignment in taken.items()
        }

    def _count(self, fresh: list[Wanted], items: Mapping[ItemKey, Item]) -> None:
        """Places taken, verdicts withdrawn that rested on fewer ratings, and who rated how many."""
        human = [one for one in fresh if one.kind in HUMAN]
        more = Counter(items[one.key].pk for one in human if not one.replaces)
        by_count: dict[int, list[int]] = defaultdict(list)
        for pk, count in more.items():
            by_count[count].append(pk)
        for count, pks in by_count.items():
            places = (
                {"slots_total": F("slots_total") + count}
                if self.study.imported
                else {"slots_open": F("slots_open") - count}
            )
            Item.objects.filter(pk__in=pks).update(n_submitted=F("n_submitted") + count, **places)
        touched = {items[one.key].pk for one in human}
        Item.objects.filter(pk__in=touched).update(state=Item.State.OPEN, settled_at=None)
        Verdict.objects.filter(
            item__in=touched, current=True, source=Verdict.Source.CONSENSUS
        ).update(current=False)
        self.raters.count(self.study, [one.rater for one in fresh if not one.replaces])


def _content_hash(parsed: ParsedRating, one: Wanted) -> str:
    scores = sorted(
        [
            given.criterion.key,
            *given.unit,
            given.value,
            given.number,
            given.cannot_judge,
            given.words,
        ]
        for given in one.given
    )
    return digest({"scores": scores, "comment": parsed.comment})
