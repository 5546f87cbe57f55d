"""Scales that are asked so often that their words are known, low to high."""

from collections.abc import Iterable, Mapping

from surveys.importing.cells import sameness

_SCALES = (
    "strongly disagree|completely disagree; disagree|somewhat disagree|rather disagree; "
    "neither agree nor disagree|neutral|neither|undecided; agree|somewhat agree|rather agree; "
    "strongly agree|completely agree",
    "strongly disagree; disagree; somewhat disagree|slightly disagree|rather disagree; "
    "neither agree nor disagree|neutral|neither; somewhat agree|slightly agree|rather agree; "
    "agree; strongly agree",
    "very unlikely|not at all likely; unlikely|somewhat unlikely; "
    "neutral|neither likely nor unlikely|undecided; likely|somewhat likely; "
    "very likely|extremely likely",
    "very dissatisfied; dissatisfied|somewhat dissatisfied; "
    "neutral|neither satisfied nor dissatisfied|neither; satisfied|somewhat satisfied; "
    "very satisfied",
    "very difficult; difficult|somewhat difficult; neutral|neither easy nor difficult; "
    "easy|somewhat easy; very easy",
    "very poor; poor|bad; fair|average|okay|ok|neutral; good; very good|excellent",
    "not at all important; slightly important; moderately important; very important; "
    "extremely important",
    "never; rarely|seldom; sometimes|occasionally; often|frequently; always|very often",
    "まったくそう思わない|全くそう思わない; そう思わない|あまりそう思わない; "
    "どちらともいえない|どちらとも言えない; そう思う|ややそう思う|まあそう思う; "
    "とてもそう思う|非常にそう思う|強くそう思う|大変そう思う",
    "そう思わない; あまりそう思わない|ややそう思わない; "
    "どちらともいえない|どちらとも言えない; ややそう思う|まあそう思う; そう思う",
    "不満|とても不満|非常に不満|大変不満; やや不満; "
    "どちらともいえない|どちらとも言えない|普通|ふつう; やや満足|まあ満足; "
    "満足|とても満足|非常に満足|大変満足",
)
SCALES = tuple(
    tuple(tuple(words.strip() for words in point.split("|")) for point in scale.split(";"))
    for scale in _SCALES
)


def points_for(words: Iterable[str]) -> Mapping[str, int] | None:
    """Point by word, from 1, of the first known scale that has all of the words at points apart.

    Points that nobody chose come with the words that are usual for them.
    """
    given = {sameness(word): word for word in words}
    if len(given) < 2:
        return None
    for scale in SCALES:
        points = {sameness(word): number for number, point in enumerate(scale, 1) for word in point}
        found = {key: points[key] for key in given if key in points}
        if len(found) == len(given) == len(set(found.values())):
            named = {number: given[key] for key, number in found.items()}
            return {
                named.get(number, point[0].capitalize()): number
                for number, point in enumerate(scale, 1)
            }
    return None
