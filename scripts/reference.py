"""Write docs/reference/commands.md from the commands themselves; with --check, only compare.

The page takes names, defaults and sentences from each command's parser, so that it cannot
tell another story than the command does.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path("docs/reference/commands.md")
INTRODUCTION = """\
# Commands

Run them as `.venv/bin/python manage.py COMMAND`; each also has `--help`. This page is written by
`make reference`.
"""


def own_commands() -> Iterator[tuple[str, str]]:
    """Command and app, by name; commands of other people's packages are theirs to document."""
    from django.apps import apps

    here = Path.cwd()
    found = [
        (file.stem, config.name)
        for config in apps.get_app_configs()
        if Path(config.path).parent == here
        for file in Path(config.path).glob("management/commands/[a-z]*.py")
    ]
    yield from sorted(found)


def parser_of(name: str, app: str) -> argparse.ArgumentParser:
    from django.core.management import load_command_class

    return load_command_class(app, name).create_parser("manage.py", name)


def common_options() -> set[str]:
    """What every Django command has: --verbosity, --settings and their like."""
    from django.core.management.base import BaseCommand

    return {action.dest for action in BaseCommand().create_parser("manage.py", "any")._actions}


def invocation(action: argparse.Action) -> str:
    """As one types it: ``FILE``, ``--size N``, ``--reset``."""
    word = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices:
        word = "\\|".join(map(str, action.choices))
    if not action.option_strings:
        return word
    return action.option_strings[-1] + ("" if action.nargs == 0 else f" {word}")


def note(action: argparse.Action) -> str:
    text = (action.help or "").replace("|", "\\|")
    if text and not text.endswith("."):
        text += "."
    if action.required and action.option_strings:
        text += " Required."
    elif action.nargs != 0 and action.default not in (None, "", [], argparse.SUPPRESS):
        text += f" Default: `{action.default}`."
    return text.strip()[:1].upper() + text.strip()[1:]


def section(name: str, app: str, common: set[str]) -> str:
    parser = parser_of(name, app)
    lines = [f"## {name}", "", (parser.description or "").strip(), ""]
    actions = [a for a in parser._actions if a.dest not in common and a.help != argparse.SUPPRESS]
    if actions:
        lines += ["| Argument | |", "|---|---|"]
        lines += [f"| `{invocation(action)}` | {note(action)} |" for action in actions]
        lines.append("")
    return "\n".join(lines)


def page() -> str:
    common = common_options()
    sections = [section(name, app, common) for name, app in own_commands()]
    return "\n".join([INTRODUCTION, *sections]).rstrip() + "\n"


def main() -> None:
    import django

    sys.path.insert(0, str(Path.cwd()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.pop("TOUCHSTONE_PORT", None)
    django.setup()
    text = page()
    if sys.argv[1:] == ["--check"]:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit(f"{PAGE} is not what the commands say. Run `make reference` and commit it.")
        return
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
