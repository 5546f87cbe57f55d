"""What the product itself says inside a survey: labels of known scales, and items of known blocks.

English and Japanese. Where a survey has another language its document must bring the words.
"""

from collections.abc import Mapping

from core.errors import InvalidError

Words = Mapping[str, str]

AGREEMENT_5: tuple[Words, ...] = (
    {"en": "Strongly disagree", "ja": "そう思わない"},
    {"en": "Disagree", "ja": "あまりそう思わない"},
    {"en": "Neither", "ja": "どちらともいえない"},
    {"en": "Agree", "ja": "ややそう思う"},
    {"en": "Strongly agree", "ja": "そう思う"},
)
AGREEMENT_7: tuple[Words, ...] = (
    {"en": "Strongly disagree", "ja": "まったくそう思わない"},
    {"en": "Disagree", "ja": "そう思わない"},
    {"en": "Rather disagree", "ja": "あまりそう思わない"},
    {"en": "Neither", "ja": "どちらともいえない"},
    {"en": "Rather agree", "ja": "ややそう思う"},
    {"en": "Agree", "ja": "そう思う"},
    {"en": "Strongly agree", "ja": "とてもそう思う"},
)
SATISFACTION: tuple[Words, ...] = (
    {"en": "Dissatisfied", "ja": "不満"},
    {"en": "Rather dissatisfied", "ja": "やや不満"},
    {"en": "Neither", "ja": "どちらともいえない"},
    {"en": "Rather satisfied", "ja": "やや満足"},
    {"en": "Satisfied", "ja": "満足"},
)
THUMBS: Mapping[str, Words] = {
    "down": {"en": "Not a good answer", "ja": "良くない回答"},
    "up": {"en": "Good answer", "ja": "良い回答"},
}
LABELS: Mapping[str, Mapping[str, Words]] = {
    "thumb": THUMBS,
    "csat": {str(n): words for n, words in enumerate(SATISFACTION, 1)},
    "ces": {str(n): words for n, words in enumerate(AGREEMENT_7, 1)},
    "sus": {str(n): words for n, words in enumerate(AGREEMENT_5, 1)},
    "nps": {
        "0": {"en": "Not at all likely", "ja": "まったく薦めたくない"},
        "10": {"en": "Very likely", "ja": "ぜひ薦めたい"},
    },
}
"""By type of question and point: what a document need not say itself."""

PAIRWISE: Mapping[str, Words] = {
    "a": {"en": "Answer A is better", "ja": "回答Aの方が良い"},
    "b": {"en": "Answer B is better", "ja": "回答Bの方が良い"},
    "tie": {"en": "Both are about as good", "ja": "同じくらい良い"},
    "both_bad": {"en": "Neither is good", "ja": "どちらも良くない"},
}
"""A and B are what is shown first and second, whichever of the two that is."""

CONSENT: Words = {"en": "I agree", "ja": "同意します"}
SERVICE: Mapping[str, Words] = {
    "sus": {"en": "system"},
    "two_items": {"en": "This service", "ja": "このサービス"},
}
ITEMS: Mapping[str, Mapping[str, Words]] = {
    "sus": {
        str(n): {"en": text}
        for n, text in enumerate(
            (
                "I think that I would like to use this {service} frequently.",
                "I found the {service} unnecessarily complex.",
                "I thought the {service} was easy to use.",
                "I think that I would need the support of a technical person to be able to use "
                "this {service}.",
                "I found the various functions in this {service} were well integrated.",
                "I thought there was too much inconsistency in this {service}.",
                "I would imagine that most people would learn to use this {service} very quickly.",
                "I found the {service} very cumbersome to use.",
                "I felt very confident using the {service}.",
                "I needed to learn a lot of things before I could get going with this {service}.",
            ),
            1,
        )
    },
    "two_items": {
        "ease": {"en": "{service} is easy to use.", "ja": "{service}は使いやすい"},
        "needs": {
            "en": "{service} does what I need.",
            "ja": "{service}で、自分に必要なことができる",
        },
    },
}
"""The ten are Brooke's (1996); no Japanese version is known whose validity was published, so none
is here: whoever asks them in Japanese enters a translation and names its source."""

SUS_SOURCE: Words = {
    "en": "System Usability Scale: J. Brooke (1996), Digital Equipment Corporation, 1986.",
    "ja": "システムユーザビリティスケール（SUS）：J. Brooke（1996）、© Digital Equipment "
    "Corporation, 1986.",
}
NPS_MARK: Words = {
    "en": "NPS and Net Promoter are registered trademarks of Bain & Company, NICE Systems and "
    "Fred Reichheld.",
    "ja": "NPSおよびNet Promoterは、Bain & Company、NICE Systems、Fred Reichheldの登録商標です。",
}


def said(words: Words, locale: str, *others: str) -> str:
    """The text in a language, or in the one without the region, or in the first that is there."""
    for language in (locale, locale.partition("-")[0], *others):
        if words.get(language):
            return words[language]
    return next((text for text in words.values() if text), "")


def items_of(block: str) -> tuple[str, ...]:
    if block not in ITEMS:
        raise InvalidError(f"There is no block of items “{block}”.")
    return tuple(ITEMS[block])
