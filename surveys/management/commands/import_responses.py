"""manage.py import_responses FILE --project P: answers to a survey that was asked elsewhere."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.lookup import actor_named, find
from accounts.models import Project
from conversations.importers import Source
from conversations.progress import ProgressBar
from core.errors import DomainError
from surveys.importing import uploads
from surveys.importing.plan import Plan, checked, in_file, plan_from
from surveys.importing.preview import preview_of
from surveys.importing.table import Table
from surveys.models import ResponseImport, Survey
from surveys.services.imported_responses import import_rows
from surveys.services.importing import close_import, noted, version_for

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import answers that exist from a CSV file. What its columns become is found out, or read "
        "from --map. The same file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--project", required=True, metavar="TEAM/SLUG")
        parser.add_argument(
            "--map", dest="mapping", type=Path, metavar="FILE.json", help="What columns become."
        )
        parser.add_argument("--survey", metavar="UID", help="Into this one, if it asks the same.")
        parser.add_argument("--language", default="en", help="Of the questions.")
        parser.add_argument("--encoding", default="utf-8")
        parser.add_argument(
            "--dry-run", action="store_true", help="Store nothing; print the plan as JSON."
        )
        parser.add_argument("--as", dest="actor", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file '{path}'.")
        project = find(Project, options["project"])
        given = plan_in(options["mapping"])
        source = Source(path, encoding=options["encoding"])
        table = Table(source, given.header_rows if given else 0)
        try:
            if options["dry_run"]:
                with transaction.atomic():
                    self.show(table, self.plan(project, table, given, options))
                    transaction.set_rollback(True)
                return
            run = self.import_file(project, table, given, options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        self.report(run)
        if run.n_refused:
            sys.exit(2 if run.n_new + run.n_unchanged else 1)

    def plan(
        self, project: Project, table: Table, given: Plan | None, options: dict[str, Any]
    ) -> Plan:
        if given:
            return in_file(given, len(table.columns))
        return plan_from(self.noted(project, table, None, options).plan)

    def noted(
        self, project: Project, table: Table, given: Plan | None, options: dict[str, Any]
    ) -> ResponseImport:
        run = noted(
            actor=actor_named(options["actor"]),
            project=project,
            table=table,
            digest=uploads.digest_of(table.source.path),
            language=options["language"],
            now=timezone.now(),
        )
        if given:
            run.plan = in_file(checked(given), len(table.columns)).as_data()
            run.survey = None
        if options["survey"]:
            run.survey = find(Survey, options["survey"], team="project__team__slug")
            if run.survey.project_id != project.pk:
                raise CommandError(f"Survey '{run.survey}' is in another project.")
        run.save(update_fields=["plan", "survey"])
        return run

    def import_file(
        self, project: Project, table: Table, given: Plan | None, options: dict[str, Any]
    ) -> ResponseImport:
        now, bar = timezone.now(), ProgressBar(sys.stderr)
        with transaction.atomic():
            run = self.noted(project, table, given, options)
            version = version_for(actor=run.started_by, run=run, now=now)
            run.state = ResponseImport.State.IMPORTING
            run.save(update_fields=["state", "survey"])
        source = table.source
        try:
            import_rows(
                run=run,
                version=version,
                source=source,
                now=now,
                step=lambda _line: bar(source.bytes_read, source.bytes_total),
            )
        finally:
            bar.close()
        close_import(run=run, now=now)
        return run

    def show(self, table: Table, plan: Plan) -> None:
        self.stdout.write(json.dumps(plan.as_data(), ensure_ascii=False, indent=1))
        preview = preview_of(table, plan)
        for problem in preview.problems:
            self.stderr.write(problem)
        for one in preview.refused[:SHOWN]:
            self.stderr.write(f"Line {one['line']}, {one['column']}: {one['reason']}")
        self.stderr.write(
            f"{preview.n_rows:,} rows, {preview.n_refused:,} would be refused. Nothing was stored."
        )

    def report(self, run: ResponseImport) -> None:
        for one in run.refused[:SHOWN]:
            self.stderr.write(f"Refused: line {one['line']}, {one['column']}: {one['reason']}")
        self.stdout.write(
            f"{run.n_new:,} new responses in {run.survey}, {run.n_unchanged:,} already here, "
            f"{run.n_refused:,} refused."
        )


def plan_in(path: Path | None) -> Plan | None:
    if path is None:
        return None
    try:
        return plan_from(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommandError(f"'{path}' cannot be read as JSON ({error}).") from None
    except DomainError as refusal:
        raise CommandError(refusal.message) from None
