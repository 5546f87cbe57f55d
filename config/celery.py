"""The Celery application: broker from the environment, tasks from every app's ``tasks.py``."""

import os

import click
from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from jobs.embedded import EmbeddedClock, hold_children

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["fsqueue"] = "jobs.fsqueue:Transport"

app = Celery("touchstone")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.user_options["worker"].add(
    click.Option(
        ["--embedded"],
        is_flag=True,
        help="The only worker of this home: take back its predecessor's jobs, and be the clock.",
    )
)
app.steps["worker"].add(EmbeddedClock)
hold_children()
