"""Forms of gold items: shape and words; `gold.revising` and the services check the rules."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.services.deciding import MAX_REASON
from conversations.listing import languages_of
from conversations.redacting import said
from core.languages import language_name
from gold.listing import TAGS_SHOWN, label_choices, splits_of, tags_of
from gold.models import Difficulty, GoldDataset, GoldItem, Source, Tier
from gold.revising import MAX_TAG, MAX_TAGS, MAX_WORDS

ALL = ("", _("all"))
EXCERPT = 120


class ItemForm(forms.Form):
    """What people add to a gold item, and why it changes."""

    expected = forms.CharField(
        label=_("Expected answer"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        help_text=_(
            "A good answer is held against it. Empty: the answer that stands there anyway."
        ),
    )
    guidance = forms.CharField(
        label=_("Guidance for whoever judges this item"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    passages = forms.MultipleChoiceField(
        label=_("Passages that a good answer needs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tags = forms.MultipleChoiceField(
        label=_("Tags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_tags = forms.CharField(
        label=_("Further tags"),
        required=False,
        max_length=MAX_TAGS * (MAX_TAG + 2),
        help_text=_("With commas between them."),
    )
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), required=False, choices=[("", _("not said")), *Difficulty.choices]
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("It stays in the history of the item."),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, *, gold_item: GoldItem) -> None:
        super().__init__(data, initial=initial_of(gold_item))
        known = list(dict.fromkeys([*gold_item.tags, *tags_of(gold_item.dataset)]))
        self.choose("tags", [(tag, tag) for tag in known[: max(TAGS_SHOWN, len(gold_item.tags))]])
        self.choose("passages", passage_choices(gold_item))

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer these; a question without an answer is not asked."""
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """What was sent, as `gold.services.items.revise` takes it."""
        sent = self.cleaned_data
        added = sent["new_tags"].replace("、", ",").split(",")
        return {
            "expected": sent["expected"],
            "guidance": sent["guidance"],
            "passages": [tuple(map(int, one.split("."))) for one in sent.get("passages", ())],
            "tags": [*sent.get("tags", ()), *added],
            "difficulty": sent["difficulty"],
        }


def initial_of(gold_item: GoldItem) -> dict[str, Any]:
    return {
        "expected": gold_item.payload.get("expected", {}).get("text", ""),
        "guidance": gold_item.guidance,
        "passages": [f"{turn}.{passage}" for turn, passage in gold_item.passages],
        "tags": gold_item.tags,
        "difficulty": gold_item.difficulty,
        "seen": gold_item.content_hash,
    }


def passage_choices(gold_item: GoldItem) -> list[tuple[str, str]]:
    """Each passage of each turn, by its title and its opening words."""
    return [
        (
            f"{turn}.{place}",
            gettext("Turn %(turn)d, passage %(n)d: %(words)s")
            % {
                "turn": turn + 1,
                "n": place + 1,
                "words": Truncator(
                    " ".join(filter(None, (one.get("title"), one.get("text"))))
                ).chars(EXCERPT),
            },
        )
        for turn, spoken in enumerate(said(gold_item.candidate.item.conversation))
        for place, one in enumerate(spoken.get("passages") or ())
    ]


class ItemFilterForm(forms.Form):
    """What the list shows; an unknown choice asks for nothing."""

    q = forms.CharField(
        label=_("Words or id"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=(
            ("", _("current")),
            ("revised", _("changed since approval")),
            ("retired", _("retired")),
            ("all", _("all")),
        ),
    )
    tier = forms.ChoiceField(label=_("Tier"), required=False, choices=[ALL, *Tier.choices])
    label = forms.ChoiceField(label=_("Label"), required=False)
    tag = forms.ChoiceField(label=_("Tag"), required=False)
    split = forms.ChoiceField(label=_("Split"), required=False)
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), required=False, choices=[ALL, *Difficulty.choices]
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[ALL, *Source.choices])
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=(
            ("", _("newest first")),
            ("oldest", _("oldest first")),
            ("changed", _("last changed first")),
        ),
    )

    def __init__(self, data: Mapping[str, Any], *, dataset: GoldDataset) -> None:
        super().__init__(data)
        offered: dict[str, list[Any]] = {
            "tag": [(tag, tag) for tag in tags_of(dataset)],
            "split": [(one, one) for one in splits_of(dataset)],
            "language": [(one, language_name(one)) for one in languages_of(dataset.project)],
            "label": list(label_choices(dataset)),
        }
        for name, choices in offered.items():
            self.fields[name].choices = [ALL, *choices]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """The filters that were set and fit."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def more(self) -> list[forms.BoundField]:
        """The choices behind the words, in order; one that would find everything is not offered."""
        least = {"split": 2, "language": 2}
        return [
            self[name]
            for name, field in self.fields.items()
            if len(getattr(field, "choices", ())) > least.get(name, 1)
        ]


def query_of(wanted: Mapping[str, str], **key: Any) -> str:
    """The list under these filters, from a place on."""
    return "?" + urlencode({**wanted, **{name: value for name, value in key.items() if value}})


class TagForm(forms.Form):
    """A tag for all that are chosen."""

    tag = forms.CharField(
        label=_("Tag"), max_length=MAX_TAG, widget=forms.TextInput(attrs={"list": "known-tags"})
    )
