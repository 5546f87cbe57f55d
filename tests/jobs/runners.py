"""Runners of the tests; a real worker process finds them by their dotted path, too."""

import time

from django.db import transaction
from django.utils import translation

from core.errors import DomainError
from jobs import ledger
from jobs.models import Job
from tests.jobs.effects import Effect


@ledger.runner
def count(handle, *, steps, pause=0.0):
    """Write one row a step, and go on at the cursor after a crash."""
    for number in range(handle.cursor or 0, steps):
        time.sleep(pause)
        with transaction.atomic():
            Effect.objects.create(job_id=handle.job.pk, number=number)
            handle.step(done=number + 1, total=steps, cursor=number + 1)
    return {"steps": steps}


@ledger.runner
def break_at(handle, *, step):
    """Do some steps, then meet the same error every time."""
    for number in range(handle.cursor or 0, step):
        with transaction.atomic():
            Effect.objects.create(job_id=handle.job.pk, number=number)
            handle.step(done=number + 1, cursor=number + 1)
    raise ValueError(f"step {step} cannot be done")


@ledger.runner
def refuse(handle):
    raise DomainError("File 'a.csv' is empty. Choose a file with at least one row.")


@ledger.runner
def be_called_off(handle, *, steps):
    """Meet a person's cancellation halfway."""
    for number in range(steps):
        if number == steps // 2:
            ledger.cancel(Job.objects.get(pk=handle.job.pk))
        with transaction.atomic():
            Effect.objects.create(job_id=handle.job.pk, number=number)
            handle.step(done=number + 1)
    return {}


@ledger.runner
def speak(handle):
    return {"language": translation.get_language()}


def unregistered(handle):
    return {}
