"""manage.py demo: load the demonstration project, then serve it."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Role
from core.errors import DomainError
from gold import demo
from gold.published_sets import load_published

ROLES = (Role.MANAGER, Role.ADJUDICATOR, Role.RATER, Role.OWNER, Role.VIEWER)


class Command(BaseCommand):
    help = "Load the demonstration project and serve it."
    requires_system_checks = ()  # as `serve` has it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="load only")
        parser.add_argument("--reset", action="store_true", help="take it away first")
        parser.add_argument("--data", type=Path, metavar="DIR", help="published sets to load too")
        parser.add_argument("--port", type=int, default=settings.TOUCHSTONE_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        if options["reset"]:
            demo.remove_demo()
        now = timezone.now()
        try:
            loaded = demo.load_demo(now=now, tell=self.tell)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        if options["data"]:
            owner = loaded.person(Role.OWNER)
            load_published(
                options["data"], owner=owner, members=loaded.team, now=now, tell=self.tell
            )
        self.tell(f"\nSign in at http://127.0.0.1:{options['port']}/ with the password")
        self.tell(f"  {loaded.password}")
        for role in ROLES:
            self.tell(f"  {loaded.person(role).email:<36} {role.value}")
        if not options["no_serve"]:
            self.tell("")
            call_command("serve", port=options["port"], open=sys.stdout.isatty())

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
