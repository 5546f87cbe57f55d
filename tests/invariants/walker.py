"""A person at the pages over HTTP: reads each, fills in the forms that stand on it, sends them."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from bench.wire import Answer, Wire

PATIENCE = 60.0
Fields = list[tuple[str, str]]


@dataclass
class Form:
    action: str
    fields: Fields = field(default_factory=list)
    offered: dict[str, list[str]] = field(default_factory=dict)
    """What may be chosen or checked, by the name of the field."""


class Forms(HTMLParser):
    """The forms of a page with what a browser would send of each, untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
            if named := given.get("id"):
                self.by_id[named] = self.found[-1]
        form = self.by_id.get(given.get("form", "")) or (self.found[-1] if self.found else None)
        if form is None:
            return
        name, value = given.get("name", ""), given.get("value", "on" if tag == "input" else "")
        if tag == "select":
            self.select = name
        elif tag == "option":
            form.offered.setdefault(self.select, []).append(value)
            if "selected" in given or len(form.offered[self.select]) == 1:
                form.fields = [one for one in form.fields if one[0] != self.select]
                form.fields.append((self.select, value))
        elif tag == "input" and name and given.get("type") in {"radio", "checkbox"}:
            form.offered.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields.append((name, value))
        elif tag in {"input", "textarea"} and name:
            form.fields.append((name, given.get("value", "")))
        elif tag == "button" and name:
            form.offered.setdefault(name, []).append(value)


@dataclass
class Walker:
    """Keeps every address it saw; what an answer must never hold is looked for in each."""

    wire: Wire
    foreign: Iterable[str]
    seen: set[str] = field(default_factory=set)
    at: str = ""
    page: str = ""

    def go(self, path: str) -> str:
        answer = self.wire.ask("GET", path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self._take(path, answer)

    def send(self, end: str, given: Callable[[Form], Fields] | None = None, **values: str) -> str:
        """Send the form whose address ends so, with these values in place of those on the page."""
        form = self._form(end)
        fields = [(name, value) for name, value in form.fields if name not in values]
        fields += [*values.items(), *(given(form) if given else [])]
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._follow(
            form.action, self.wire.ask("POST", form.action, urlencode(fields).encode(), kind)
        )

    def upload(self, end: str, name: str, content: bytes) -> str:
        form = self._form(end)
        mark = "a-boundary-of-a-walker"
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in form.fields
            if key != "file"
        ]
        parts.append(
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"'
            "\r\n\r\n".encode()
            + content
            + f"\r\n--{mark}--\r\n".encode()
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self._follow(form.action, self.wire.ask("POST", form.action, b"".join(parts), kind))

    def until(self, wanted: str) -> str:
        """Reload the page until it holds these words or this address."""
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.page:
            assert time.monotonic() < deadline, f"{self.at} never showed {wanted}: {self.page}"
            time.sleep(0.2)
            self.go(self.at)
        return self.page

    def link(self, pattern: str) -> str:
        """The first address on the page that is of this pattern."""
        found = re.search(f'(?:href|action)="({pattern})"', self.page)
        assert found, f"{self.at} links to no {pattern}: {self.page}"
        return found[1]

    def _form(self, end: str) -> Form:
        found = Forms(self.page).found
        forms = [one for one in found if one.action.partition("?")[0].endswith(end)]
        assert forms, f"{self.at} has no form that goes to {end}: {self.page}"
        return forms[0]

    def _follow(self, path: str, answer: Answer) -> str:
        self.seen.add(path)
        if answer.status in {302, 303}:
            return self.go(answer.headers["location"])
        assert answer.status == 200, f"{path} answered {answer.status}: {answer.body.decode()}"
        return self._take(self.at, answer)

    def _take(self, path: str, answer: Answer) -> str:
        self.seen.add(path)
        self.at, self.page = path, answer.body.decode()
        for word in self.foreign:
            assert word not in self.page, f"{path} shows {word}"
        return self.page
