"""What of a page the product says itself: its texts in pieces, without what people wrote.

People's own words stand in elements that have a `dir` or a language of their own; in a piece of
text a lozenge stands for them. Code is for machines.
"""

import re
from html.parser import HTMLParser

THEIRS = "◇"
INLINE = {"a", "b", "bdi", "em", "i", "small", "span", "strong", "time", "wbr", "mark"}
SILENT = {"code", "kbd", "pre", "script", "style", "svg", "template", "textarea"}
WITHOUT_END = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
}  # fmt: skip
SPOKEN = ("alt", "aria-label", "placeholder", "title")
APART = {"btn", "hide-s", "iv", "push", "tag", "vh"}
"""Classes of inline elements that style sets apart from the words beside them."""


def texts_of(html: str, language: str) -> list[str]:
    """The pieces of a page in that language, one a block of it, white space as a reader sees it."""
    reader = _Reader(language)
    reader.feed(html)
    reader.close()
    reader.end_piece()
    return reader.pieces


class _Reader(HTMLParser):
    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.pieces: list[str] = []
        self._piece = ""
        self._open: list[tuple[str, str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in INLINE or APART & set(given.get("class", "").split()):
            self.end_piece()
        if tag not in WITHOUT_END:
            inside, parts = self._kind, self._parts(tag, given)
            self._open.append((tag, inside or self._kind_of(tag, given), parts))
        if not self._kind and not self._kind_of(tag, given):
            self.pieces += [" ".join(given[name].split()) for name in SPOKEN if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(one[0] == tag for one in self._open):
            opened, _kind, parts = self._open.pop()
            if parts:
                self.end_piece()
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._kind == "silent":
            return
        theirs = re.sub(r"\S+(\s+\S+)*", THEIRS, data)
        self._piece += theirs if self._kind == "theirs" else data

    def end_piece(self) -> None:
        if piece := " ".join(self._piece.split()):
            self.pieces.append(piece)
        self._piece = ""

    @property
    def _kind(self) -> str:
        return self._open[-1][1] if self._open else ""

    def _kind_of(self, tag: str, given: dict[str, str]) -> str:
        if tag in SILENT:
            return "silent"
        is_foreign = tag != "html" and given.get("lang", self.language) != self.language
        return "theirs" if is_foreign or given.get("dir") == "auto" else ""

    def _parts(self, tag: str, given: dict[str, str]) -> bool:
        return tag not in INLINE or bool(APART & set(given.get("class", "").split()))
