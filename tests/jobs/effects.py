"""A table for what test runners write, made by the tests and unknown to any migration."""

from django.db import models


class Effect(models.Model):
    """One row a step wrote; nothing keeps it unique, so that a step done twice would show."""

    job_id = models.BigIntegerField()
    number = models.IntegerField()

    class Meta:
        app_label = "tests_jobs"
        db_table = "tests_jobs_effect"

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


def numbers(job_id: int) -> list[int]:
    """The steps whose rows are there, in order, twice where they were written twice."""
    effects = Effect.objects.filter(job_id=job_id).order_by("number")
    return list(effects.values_list("number", flat=True))
