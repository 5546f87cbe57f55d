"""Check that every translatable string has its Japanese and that the compiled catalogue is fresh.

Needs no gettext programs: strings of Python files are found in their syntax tree, those of
templates through Django's own ``templatize``, which is also what ``makemessages`` reads.
"""

import ast
import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUE = Path("locale/ja/LC_MESSAGES/django.po")
APPS = (
    "config",
    "core",
    "jobs",
    "accounts",
    "conversations",
    "annotation",
    "analytics",
    "surveys",
    "gold",
)

# the position of the message, and of its context, in each function's arguments
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "_": (0, None),
    "gettext": (0, None),
    "gettext_lazy": (0, None),
    "gettext_noop": (0, None),
    "ngettext": (0, None),
    "ngettext_lazy": (0, None),
    "pgettext": (1, 0),
    "pgettext_lazy": (1, 0),
    "npgettext": (1, 0),
    "npgettext_lazy": (1, 0),
}
CALL = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(FUNCTIONS, key=len, reverse=True))})\(")
Message = tuple[str | None, str]  # context, msgid


def text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def messages_in(code: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in FUNCTIONS:
            continue
        at, context_at = FUNCTIONS[name]
        if len(node.args) > at and (message := text(node.args[at])):
            yield (text(node.args[context_at]) if context_at is not None else None), message


def other_names(code: str) -> Iterator[str]:
    """Functions of translation under a name that no tool looks for, so that nothing is found."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from (one.asname for one in node.names if one.asname not in (None, "_"))


def template_messages(path: Path) -> Iterator[Message]:
    for call in calls(templatize(path.read_text(), origin=str(path))):
        yield from messages_in(call)


def calls(templatized: str) -> Iterator[str]:
    """The calls of translation functions among the noise that ``templatize`` keeps beside them.

    A string may hold parentheses, so a call ends at the first one that makes it valid Python.
    """
    for start in CALL.finditer(templatized):
        for end in re.finditer(r"\)", templatized[start.end() :]):
            call = templatized[start.start() : start.end() + end.end()]
            with contextlib.suppress(SyntaxError):
                ast.parse(call)
                yield call
                break


def code_files() -> Iterator[Path]:
    for app in APPS:
        yield from (p for p in sorted(Path(app).rglob("*.py")) if "migrations" not in p.parts)


def wanted() -> dict[Message, str]:
    """Every message in the code, with a file that holds it."""
    found: dict[Message, str] = {}
    for path in code_files():
        found.update(dict.fromkeys(messages_in(path.read_text()), str(path)))
    for path in sorted(p for p in Path("templates").rglob("*") if p.suffix in {".html", ".txt"}):
        found.update(dict.fromkeys(template_messages(path), str(path)))
    return found


def problems() -> Iterator[str]:
    catalogue = polib.pofile(str(CATALOGUE))
    held: dict[Message, polib.POEntry] = {
        (entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete
    }
    for code in code_files():
        for name in other_names(code.read_text()):
            yield f"{code}: what '{name}' translates is not found; import it as '_' or unnamed."
    for message, path in wanted().items():
        if message not in held:
            yield f"{path}: '{message[1]}' is not in {CATALOGUE}."
    for (_context, msgid), entry in held.items():
        if not entry.translated():
            yield f"{CATALOGUE}: '{msgid}' has no Japanese, or one marked fuzzy."
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    fresh = polib.mofile(catalogue.to_binary())
    if {entry_key(entry) for entry in compiled} != {entry_key(entry) for entry in fresh}:
        yield f"{CATALOGUE.with_suffix('.mo')} is not compiled from {CATALOGUE}."


def entry_key(entry: polib.MOEntry) -> tuple[object, ...]:
    plural = tuple(sorted(entry.msgstr_plural.items()))
    return entry.msgctxt, entry.msgid, entry.msgstr, plural


def main() -> None:
    settings.configure()
    if found := list(problems()):
        sys.exit(
            "\n".join([*found, "Run `make messages`, translate what is new, and commit both."])
        )


if __name__ == "__main__":
    main()
