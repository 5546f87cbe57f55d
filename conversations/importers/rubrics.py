"""The scales that imported ratings were given on, as rubrics; wording where the source has any.

Points are the values in the files. Anchors are ours, short, and say no more than the sources do,
because ratings that exist cannot be given under words that were written later.
"""

from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import dbdc3, llmfao, mtrag
from conversations.importers.base import RefusedError

Words = dict[str, str]


def rubric(source_name: str) -> dict[str, Any]:
    """The rubric of a source that brings its own scale, in the shape of rubric files."""
    try:
        name, criteria = _RUBRICS[source_name]
    except KeyError:
        raise RefusedError(
            "no_rubric",
            _(
                "The source %(name)s brings no scale of its own; %(names)s do. Choose a rubric "
                "that its ratings were given under."
            )
            % {"name": source_name, "names": ", ".join(_RUBRICS)},
        ) from None
    return {"name": dict(name), "criteria": [dict(criterion) for criterion in criteria]}


def _words(en: str, ja: str) -> Words:
    return {"en": en, "ja": ja}


def _point(key: str, label: Words, anchor: Words | None = None) -> dict[str, Any]:
    return {"key": key, "label": label, "anchor": anchor or _words("", "")}


def _criterion(
    key: str, name: Words, question: Words, points: list[dict[str, Any]], **other: Any
) -> dict[str, Any]:
    return {
        "key": key,
        "target": "conversation",
        "kind": "ordinal",
        "level": "ordinal",
        "name": name,
        "question": question,
        "points": points,
        "minimum": None,
        "maximum": None,
        "step": None,
    } | other


_AGREE = [
    _point("1", _words("No", "いいえ")),
    _point("2", _words("Mostly no", "どちらかといえばいいえ")),
    _point("3", _words("Mostly yes", "どちらかといえばはい")),
    _point("4", _words("Yes", "はい")),
]
_MTRAG_WORDS = {
    "naturalness": (
        _words("Naturalness", "自然さ"),
        _words(
            "Is the last answer coherent, natural and not dismissive?",
            "最後の回答は筋が通って自然で、突き放した調子ではありませんか。",
        ),
    ),
    "appropriateness": (
        _words("Appropriateness", "適切さ"),
        _words(
            "Does the last answer give an appropriate amount of useful information?",
            "最後の回答に含まれる有用な情報の量は適切ですか。",
        ),
    ),
    "completeness": (
        _words("Completeness", "網羅性"),
        _words(
            "Does the last answer hold all that the passages say about the question?",
            "最後の回答には、パッセージにある質問に関する情報がすべて含まれていますか。",
        ),
    ),
    "faithfulness": (
        _words("Faithfulness", "忠実性"),
        _words(
            "Is the last answer grounded on the passages?",
            "最後の回答はパッセージに裏付けられていますか。",
        ),
    ),
}
_WIN_RATE = _criterion(
    mtrag.CRITERIA[-1],
    _words("Win rate", "勝率"),
    _words(
        "In how many of the comparisons with the other two answers was this one preferred?",
        "ほかの2つの回答との比較のうち、この回答が好まれた割合はどれだけですか。",
    ),
    [
        _point("0", _words("0 %", "0%"), _words("In neither.", "どちらの比較でもない。")),
        _point("50", _words("50 %", "50%"), _words("In one of two.", "2つのうち1つ。")),
        _point("100", _words("100 %", "100%"), _words("In both.", "両方の比較で。")),
    ],
)
_MTRAG = [
    *(_criterion(key, name, question, _AGREE) for key, (name, question) in _MTRAG_WORDS.items()),
    _WIN_RATE,
]

_DBDC3 = [
    _criterion(
        dbdc3.CRITERION,
        _words("Breakdown", "対話破綻"),
        _words(
            "Can the conversation go on naturally after this turn?",
            "この発話のあと、対話を自然に続けられますか。",
        ),
        [
            _point(
                "O",
                _words("O not a breakdown", "○ 破綻ではない"),
                _words("It is easy to go on.", "問題なく続けられる。"),
            ),
            _point(
                "T",
                _words("T possible breakdown", "△ 違和感がある"),
                _words("It is hard to go on smoothly.", "スムーズに続けるのが難しい。"),
            ),
            _point(
                "X",
                _words("X breakdown", "× 破綻"),
                _words("It is not possible to go on.", "続けることができない。"),
            ),
        ],
        target="turn",
    )
]

_FIVE = [_point(str(value), _words(str(value), str(value))) for value in range(1, 6)]
_REALPERSONACHAT = [
    _criterion(
        "coherence",
        _words("Coherence", "一貫性"),
        _words("How coherent was the system?", "システムの発話は一貫していましたか。"),
        _FIVE,
    ),
    _criterion(
        "informativeness",
        _words("Informativeness", "情報量"),
        _words("How informative was the system?", "システムの発話の情報量は十分でしたか。"),
        _FIVE,
    ),
    _criterion(
        "satisfaction",
        _words("Satisfaction", "満足度"),
        _words("How satisfied are you with the dialogue?", "対話の満足度をお聞かせください。"),
        _FIVE,
    ),
]

_LLMFAO = [
    _criterion(
        llmfao.CRITERION,
        _words("Better answer", "より良い回答"),
        _words(
            "Which answer is better: more relevant, coherent, grammatical and complete?",
            "関連性、一貫性、文法、網羅性から見て、どちらの回答が良いですか。",
        ),
        [
            _point("a", _words("A", "A")),
            _point("b", _words("B", "B")),
            _point(
                "tie",
                _words("Tie", "同程度"),
                _words(
                    "They are alike, or neither did what was asked.",
                    "差がない、またはどちらも求められたことをしていない。",
                ),
            ),
        ],
        target="pair",
        kind="nominal",
        level="nominal",
    )
]

_RUBRICS: dict[str, tuple[Words, list[dict[str, Any]]]] = {
    "mtrag": (_words("MTRAG human evaluation", "MTRAGの人手評価"), _MTRAG),
    "dbdc3": (_words("Dialogue breakdown (DBDC3)", "対話破綻（DBDC3）"), _DBDC3),
    "realpersonachat": (
        _words("RealPersonaChat dialogue systems", "RealPersonaChat対話システム"),
        _REALPERSONACHAT,
    ),
    "llmfao": (_words("Better answer (LLMFAO)", "より良い回答（LLMFAO）"), _LLMFAO),
}
