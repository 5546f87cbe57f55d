"""Names of a list, in the ways they are written to people.

A name is found as it stands; Latin ones as whole words, and also in capitals. With a title or an
honorific the part that is used so is enough: of "山田 太郎" also 山田さん, of "Yuki Tanaka" also
Ms. Tanaka. A name of one sign is a word as well (林, 森), so it needs an honorific.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from core.personal.spans import Span, folded

HONORIFIC = r"(?= ?(?:さん|さま|様|さまへ|氏|君|くん|ちゃん|殿|先生|先輩|部長|課長|社長))"
TITLE = r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\b\.? {1,2}"
LATIN = re.compile(r"[A-Za-zÀ-ɏ .'’-]+\Z")


def names_in(plain: str, names: tuple[str, ...]) -> Iterator[Span]:
    if not names:
        return
    for pattern in _patterns(names):
        for match in pattern.finditer(plain):
            yield Span(*match.span(1), "name")


@lru_cache(maxsize=64)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    latin, titled, plain, honoured = set[str](), set[str](), set[str](), set[str]()
    for name in (" ".join(folded(one).split()) for one in names):
        if not name:
            continue
        words = name.split(" ")
        if LATIN.match(name):
            latin |= {name, name.upper()}
            titled |= {words[0], words[-1]}
            continue
        joined = "".join(words)
        (plain if len(joined) > 1 else honoured).update({name, joined})
        honoured |= {words[0], words[-1]}
    found = []
    if latin:
        found.append(rf"(?<!\w)({_any_of(latin)})(?!\w)")
        found.append(rf"{TITLE}({_any_of(titled)})(?!\w)")
    if plain:
        found.append(f"({_any_of(plain)})")
    if honoured:
        found.append(f"({_any_of(honoured)}){HONORIFIC}")
    return tuple(re.compile(one) for one in found)


def _any_of(words: set[str]) -> str:
    """One pattern for all, branching by letter: a long list costs hardly more than a short one."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    ends = "" in node
    branches = []
    for letter in sorted(filter(None, node)):
        path, child = re.escape(letter), node[letter]
        while len(child) == 1 and "" not in child:
            ((letter, child),) = child.items()
            path += re.escape(letter)
        branches.append(path + _branch(child))
    if not branches:
        return ""
    joined = f"(?:{'|'.join(branches)})"
    return f"{joined}?" if ends else joined
