"""An import of answers knows its work, and its responses; of what is being read it is found out."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

RUNNER = "surveys.tasks.run_import_responses"


def name_work(apps, schema_editor):
    runs = apps.get_model("surveys", "ResponseImport").objects.filter(state="importing")
    for job in apps.get_model("jobs", "Job").objects.filter(runner=RUNNER).order_by("pk"):
        runs.filter(pk=job.args.get("run")).update(job_uid=job.uid)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_ledger"), ("surveys", "0012_received_when_started")]

    operations = [
        migrations.AddField(
            model_name="responseimport",
            name="job_uid",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="responseimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("planning", "columns to be chosen"),
                    ("importing", "being read"),
                    ("done", "done"),
                    ("discarded", "discarded"),
                ],
                default="planning",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="responses",
                to="surveys.responseimport",
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=Q(run__isnull=False), fields=["run", "id"], name="response_by_import"
            ),
        ),
        migrations.RunPython(name_work, migrations.RunPython.noop),
    ]
