"""Near duplicates of a text: shingles, their MinHash, and the bands by which alike texts meet.

Similarity is the Jaccard index of two texts' shingles: the share of those in either that are in
both. Texts in a script without spaces (Japanese, Chinese, Thai) are cut into runs of three
characters, others into pairs of words; the two kinds never meet. Two texts of similarity s share a
band with probability 1 - (1 - s^6)^21: 0.998 at 0.8, 0.79 at 0.6, one in 15,000 at 0.12, as
unrelated dialogues of one subject have. What shares a band is then compared exactly, shingle by
shingle, so a similarity that is shown can be computed again from the two texts alone.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 128
BANDS = 21
ROWS = 6
SEED = 1
CHARACTERS = 3
WORDS = 2
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
UNSPACED_SHARE = 0.1
"""Of the characters: Japanese with English names in it has more, English with 東京 has less."""


def text_of(turns: Sequence[Mapping[str, Any]]) -> str:
    """What a dialogue says: words of user and assistant, without instructions and passages."""
    said = (turn.get("content") for turn in turns if turn.get("role") in {"user", "assistant"})
    return "\n".join(words for words in said if isinstance(words, str))


def shingles(text: str) -> frozenset[str]:
    """The overlapping pieces of a text; letter case, width and spacing make no difference.

    Example:
        >>> sorted(shingles("返品したい"))
        ['したい', '品した', '返品し']
        >>> sorted(shingles("How do I return it?"))
        ['do i', 'how do', 'i return', 'return it?']
    """
    words = unicodedata.normalize("NFKC", text).casefold().split()
    joined = "".join(words)
    unspaced = len(UNSPACED.findall(joined))
    if len(words) == 1 or unspaced > UNSPACED_SHARE * len(joined):
        starts = _starts(joined, CHARACTERS)
        return frozenset(joined[start : start + CHARACTERS] for start in starts)
    return frozenset(" ".join(words[start : start + WORDS]) for start in _starts(words, WORDS))


def _starts(whole: Sequence[str], size: int) -> range:
    """Where each run of a size begins; what is shorter is one run, and nothing is none."""
    return range(max(1, len(whole) - size + 1)) if whole else range(0)


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard index; two texts without a word are not alike."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def bands_of(pieces: frozenset[str]) -> list[int]:
    """A hash a band, each a signed 64-bit number that no other band has; none of no words."""
    if not pieces:
        return []
    sketch = _empty().copy()
    sketch.update_batch([one.encode("utf-8", "surrogatepass") for one in pieces])
    values = sketch.hashvalues.tolist()
    return [_hash(band, values[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


@cache
def _empty() -> "MinHash":
    """The sketch of nothing: drawing its permutations anew takes as long as a short text does."""
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=SEED)


def _hash(band: int, values: Sequence[int]) -> int:
    said = ",".join(map(str, (band, *values))).encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), signed=True)
