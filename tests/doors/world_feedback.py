"""What feedback sums up to, and files of answers: one that waits for its columns, one read."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Role
from jobs.models import Job
from surveys.importing.plan import As, Part, Plan
from surveys.importing.uploads import folder_of
from surveys.models import FeedbackCell, Instrument, ReasonCell, ResponseImport, WidgetKey
from surveys.tokens import sign
from surveys.views.widget_files import manifest


def feedback_pages(side: Any) -> None:
    say, project = side.say, side.project
    widget = WidgetKey.objects.create(project=project, name=say("widget")[:100])
    side.put(widget=widget, widget_version=manifest()["current"], widget_script="feedback.js")
    month = timezone.now() + timedelta(days=30)
    side.put(feedback_link_token=sign(widget, conversation="c-1", subject=side.name, expires=month))
    for number in (1, 2):
        Instrument.objects.create(
            key=widget, number=number, settings={"kind": "thumb"}, note=say("note of a widget")
        )
        cell = FeedbackCell.objects.create(
            project=project,
            day=timezone.now().date(),
            kind="thumb",
            variant_name=say("variant of feedback")[:120],
            language="en",
            trust="signed",
            mode="unsolicited",
            widget=widget.pk,
            instrument=number,
            n_shown=90,
            n_answered=30,
            v0=10,
            v1=20,
        )
        ReasonCell.objects.create(cell=cell, value=0, reason=say("reason")[:40], n=6)
    plan = Plan(
        say("survey of a file"),
        parts=(
            Part(As.ID, (0,)),
            Part(As.TEXT, (1,), "why", say("question of a file")),
        ),
    )
    made = {
        "project": project,
        "file_name": say("file of answers"),
        "digest": "0" * 64,
        "header": "0" * 64,
        "plan": plan.as_data(),
        "started_by": side.people[Role.OWNER],
    }
    waiting = ResponseImport.objects.create(**made)
    folder_of(waiting).mkdir(parents=True)
    text = f'Respondent ID,"{say("header").replace(chr(34), "")}"\n1,"{side.name}"\n2,x,y\n'
    (folder_of(waiting) / "file").write_text(text, encoding="utf-8")
    refused = {
        "line": 3,
        "column": say("column"),
        "code": "no_point",
        "reason": say("reason of a cell"),
        "raw": say("raw of a row"),
    }
    read = ResponseImport.objects.create(
        **made, state="done", survey=side.survey, n_refused=1, refused=[refused]
    )
    job = Job.objects.create(
        runner="surveys.tasks.run_import_responses", state=Job.State.FAILED,
        project_uid=project.uid, note=say("note of a stopped job"),
    )  # fmt: skip
    stopped = ResponseImport.objects.create(
        **made, state="importing", survey=side.survey, job_uid=job.uid
    )
    folder_of(stopped).mkdir(parents=True)
    (folder_of(stopped) / "file").write_text(text, encoding="utf-8")
    side.put(answers_file=waiting, answers_read=read, answers_stopped=stopped)
