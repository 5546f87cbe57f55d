"""``python -m bench.child NAME``: one bench in a process, a home and a database of its own.

The command starts it with the environment of a throw-away place; it prints a line of JSON a figure.
"""

import argparse
import json
import os
import sys
from importlib import import_module


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.child")
    parser.add_argument("name")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    for figure in import_module(f"bench.{given.name}").run(given.size, given.runs):
        sys.stdout.write(json.dumps(figure.as_json()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
