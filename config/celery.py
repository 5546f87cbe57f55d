"""The Celery application: broker from the environment, tasks from every app's ``tasks.py``."""

import os
import warnings

import click
from celery import Celery
from celery.platforms import SecurityWarning
from kombu.transport import TRANSPORT_ALIASES

from jobs.embedded import EmbeddedClock, hold_children

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A worker would import every view to check the product, which `scripts/check_django.py` does.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
TRANSPORT_ALIASES["fsqueue"] = "jobs.fsqueue:Transport"

# It warns of pickled messages when root starts a worker, as in a container; ours are JSON alone.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("touchstone")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.accept_content = ["json"]
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
