"""manage.py create_team NAME --owner EMAIL: the first team of an installation, or another."""

import getpass
import os
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User
from accounts.services import create_project, create_team


class Command(BaseCommand):
    help = "Create a team with its owner and, if wanted, a first project."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--project", metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["owner"].lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"'{email}' is not an e-mail address.") from None
        with transaction.atomic():
            owner = User.objects.filter(email=email).first() or self.new_person(email)
            team = create_team(actor=None, name=options["name"], owner=owner)
            if options["project"]:
                create_project(actor=None, team=team, name=options["project"])
        self.stdout.write(f"Team {team.slug} is ready; {email} owns it.")

    def new_person(self, email: str) -> User:
        """A password from TOUCHSTONE_PASSWORD for scripts, else asked for."""
        password = os.environ.get("TOUCHSTONE_PASSWORD") or asked_for(email)
        try:
            validate_password(password, User(email=email))
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        return User.objects.create_user(email, password)


def asked_for(email: str) -> str:
    try:
        return getpass.getpass(f"Password for {email}: ")
    except EOFError:
        raise CommandError(
            f"{email} is new and needs a password, and there is no terminal to ask at. "
            "Put it into TOUCHSTONE_PASSWORD."
        ) from None
