#!/usr/bin/env python
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from core.room import cannot_write

    home = os.environ.get("TOUCHSTONE_HOME") or str(Path(__file__).resolve().parent / "var")
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        if sentence := cannot_write(error, home):
            sys.exit(sentence)
        raise
