"""What a widget asks and in which words: built-in ones, a team's own, and what an element is told.

The element carries `WORDS_OF_ELEMENT` and `DEFAULT_REASONS` in itself (static/widget/src/words.js;
a test compares them), so that it works before and without an answer of the server. A frozen
`Instrument.settings` holds only what a team chose; `told` completes it for the element.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError
from core.text import storable
from surveys.models import Instrument
from surveys.reason_words import DOWN_REASONS, UP_REASONS

DEFAULT_REASONS = ("incorrect", "not_answered", "hard_to_understand", "too_long", "other")
WORDS_OF_ELEMENT = (
    *("ask", "up", "down", "sent", "why_down", "comment", "note"),
    *("send", "undo", "waiting", "error"),
)
NAMES = (*WORDS_OF_ELEMENT, "why_up", *UP_REASONS, *DOWN_REASONS)
BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ask": "Was this answer helpful?",
        "up": "Good answer",
        "down": "Not a good answer",
        "sent": "Thank you.",
        "why_down": "What was wrong? Up to 3",
        "comment": "Anything else?",
        "note": "No personal data, please.",
        "send": "Send",
        "undo": "Take back",
        "waiting": "Sent when you are online.",
        "error": "Not sent.",
        "why_up": "What was good? Up to 3",
        "correct": "Accurate",
        "solved": "Solved my problem",
        "clear": "Easy to understand",
        "right_amount": "Just the right length",
        "good_sources": "Helpful sources",
        "good_tone": "Pleasant tone",
        "incorrect": "Something is wrong",
        "not_answered": "Not what I asked",
        "hard_to_understand": "Hard to understand",
        "too_long": "Too long",
        "too_short": "Too short",
        "no_sources": "Sources missing or wrong",
        "bad_tone": "Tone does not fit",
        "refused": "Refused without need",
        "harmful": "Harmful",
        "other": "Other",
    },
    "ja": {
        "ask": "この回答は役に立ちましたか？",
        "up": "良い回答",
        "down": "良くない回答",
        "sent": "ありがとうございました。",
        "why_down": "よくなかった点（3つまで）",
        "comment": "くわしく（任意）",
        "note": "個人情報は入力しないでください。",
        "send": "送信",
        "undo": "取り消す",
        "waiting": "接続後に送信します。",
        "error": "送信できませんでした。",
        "why_up": "よかった点（3つまで）",
        "correct": "内容が正確",
        "solved": "問題が解決した",
        "clear": "わかりやすい",
        "right_amount": "ちょうどよい長さ",
        "good_sources": "出典が役に立つ",
        "good_tone": "言葉遣いがよい",
        "incorrect": "内容に誤りがある",
        "not_answered": "質問に答えていない",
        "hard_to_understand": "わかりにくい",
        "too_long": "長すぎる",
        "too_short": "短すぎる",
        "no_sources": "出典がない・合わない",
        "bad_tone": "言葉遣いが合わない",
        "refused": "不要に断られた",
        "harmful": "不快・有害",
        "other": "その他",
    },
}
REASONS_OF: Mapping[str, Sequence[str]] = {"up": (*UP_REASONS, "other"), "down": DOWN_REASONS}
LONGEST_WORDS = 120
OWN_REASON = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""The key of a reason that a team words itself; reports show the key."""
MOST_REASONS = 20


def default_settings() -> dict[str, Any]:
    return {
        "kind": "thumb",
        "reasons": {"up": [], "down": list(DEFAULT_REASONS)},
        "words": {},
        "comment": True,
    }


def checked_settings(
    *,
    reasons: Mapping[str, Sequence[str]],
    words: Mapping[str, Mapping[str, str]],
    comment: bool,
) -> dict[str, Any]:
    """Settings as they are frozen: each reason once, and of the words those that differ.

    Raises:
        InvalidError: A reason that the widget neither has nor is given words for, too many of them,
            a word that it does not have, or a text too long for it.
    """
    own = {
        reason
        for value in REASONS_OF
        for reason in _own_reasons(value, reasons.get(value, ()), words)
    }
    return {
        "kind": "thumb",
        "reasons": {value: list(dict.fromkeys(reasons.get(value, ()))) for value in REASONS_OF},
        "words": {
            locale: texts
            for locale, given in words.items()
            if (texts := _own_words(locale, given, own)) != {}
        },
        "comment": comment,
    }


def _own_reasons(
    value: str, reasons: Sequence[str], words: Mapping[str, Mapping[str, str]]
) -> Sequence[str]:
    known = REASONS_OF[value]
    if len(reasons) > MOST_REASONS:
        raise InvalidError(
            _("A thumb has %(n)d reasons; at most %(most)d can be read. Leave some out.")
            % {"n": len(reasons), "most": MOST_REASONS}
        )
    own = [reason for reason in reasons if reason not in known]
    for reason in own:
        is_worded = any(texts.get(reason) for texts in words.values())
        if reason in NAMES or not OWN_REASON.fullmatch(reason) or not is_worded:
            raise InvalidError(
                _(
                    "There is no reason “%(reason)s”. The reasons are: %(known)s. One of your own "
                    "has a key of small letters, digits and underscores, and words."
                )
                % {"reason": reason, "known": ", ".join(known)}
            )
    return own


def _own_words(
    locale: str, given: Mapping[str, str], own_reasons: Collection[str]
) -> dict[str, str]:
    built_in = BUILT_IN.get(locale, {})
    own = {}
    for name, text in given.items():
        if name not in NAMES and name not in own_reasons:
            raise InvalidError(
                _("The widget has no text “%(name)s”. Its texts are: %(known)s.")
                % {"name": name, "known": ", ".join(NAMES)}
            )
        if len(text) > LONGEST_WORDS or not storable(text):
            raise InvalidError(
                _("The text of “%(name)s” has more than %(most)d characters. Shorten it.")
                % {"name": name, "most": LONGEST_WORDS}
            )
        if text and text != built_in.get(name):
            own[name] = text
    return own


def told(instrument: Instrument | None) -> dict[str, Any] | None:
    """What the element is told: its own words are left out, those of other reasons put in."""
    if instrument is None:
        return None
    settings = {**default_settings(), **instrument.settings}
    shown = {*settings["reasons"]["up"], *settings["reasons"]["down"]} - set(DEFAULT_REASONS)
    if settings["reasons"]["up"]:
        shown.add("why_up")
    words = {
        locale: {name: text for name, text in built_in.items() if name in shown}
        for locale, built_in in BUILT_IN.items()
    }
    for locale, own in settings["words"].items():
        words[locale] = {**words.get(locale, {}), **own}
    for reason in shown - set(NAMES):  # read in English where its language has no words for it
        first = next(texts[reason] for texts in words.values() if reason in texts)
        words["en"].setdefault(reason, first)
    return {
        "number": instrument.number,
        "reasons": settings["reasons"],
        "comment": settings["comment"],
        "words": {locale: texts for locale, texts in words.items() if texts},
    }
