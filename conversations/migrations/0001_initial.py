import core.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=255)),
                ('path', models.CharField(blank=True, max_length=500)),
                ('source', models.CharField(blank=True, max_length=30)),
                ('options', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('checking', 'being checked'), ('checked', 'checked'), ('importing', 'coming in'), ('done', 'done'), ('failed', 'failed'), ('discarded', 'discarded'), ('taken_back', 'taken back')], default='checking', max_length=10)),
                ('preview', models.JSONField(blank=True, default=list)),
                ('problem', models.TextField(blank=True)),
                ('job_uid', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('n_new', models.PositiveIntegerField(default=0)),
                ('n_unchanged', models.PositiveIntegerField(default=0)),
                ('n_refused', models.PositiveIntegerField(default=0)),
                ('bytes_read', models.PositiveBigIntegerField(default=0)),
                ('bytes_total', models.PositiveBigIntegerField(default=0)),
                ('cursor', models.JSONField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_runs', to='accounts.project')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['project', '-id'], name='import_run_by_project')],
            },
        ),
        migrations.CreateModel(
            name='RefusedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(max_length=255)),
                ('line', models.PositiveBigIntegerField()),
                ('code', models.CharField(max_length=40)),
                ('reason', models.TextField()),
                ('excerpt', models.TextField(blank=True)),
                ('raw', models.BinaryField(null=True)),
                ('notice', models.BooleanField(default=False)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_lines', to='conversations.importrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'id'], name='refused_line_by_run')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('model', models.CharField(blank=True, max_length=200)),
                ('prompt', models.TextField(blank=True)),
                ('retrieval_index', models.CharField(blank=True, max_length=200)),
                ('code_revision', models.CharField(blank=True, max_length=200)),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('fingerprint', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='accounts.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'fingerprint'), name='variant_once_a_project')],
            },
        ),
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ('external_id', models.CharField(max_length=255)),
                ('group_key', models.CharField(max_length=255)),
                ('input_key', models.CharField(blank=True, max_length=255)),
                ('reference', models.TextField(blank=True)),
                ('guidance', models.JSONField(blank=True, null=True)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('turns', models.JSONField()),
                ('metadata', models.JSONField(blank=True, default=dict)),
                ('started_at', models.DateTimeField(null=True)),
                ('latency_ms', models.PositiveIntegerField(null=True)),
                ('cost', models.FloatField(null=True)),
                ('tokens', models.PositiveIntegerField(null=True)),
                ('error', models.TextField(blank=True)),
                ('content_hash', models.CharField(max_length=64)),
                ('n_turns', models.PositiveIntegerField()),
                ('n_chars', models.PositiveIntegerField()),
                ('title', models.CharField(blank=True, max_length=200)),
                ('imported_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('continues', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='continued_by', to='conversations.conversation')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='accounts.project')),
                ('run', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='conversations.importrun')),
                ('variant', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='conversations.variant')),
            ],
            options={
                'indexes': [models.Index(fields=['project', '-id', 'external_id', 'title'], name='conversation_newest'), models.Index(fields=['project', 'variant', '-id'], name='conversation_by_variant'), models.Index(fields=['project', 'language', '-id'], name='conversation_by_language'), models.Index(condition=models.Q(('group_key', models.F('external_id')), _negated=True), fields=['project', 'group_key'], name='conversation_by_group'), models.Index(condition=models.Q(('input_key', ''), _negated=True), fields=['project', 'input_key'], name='conversation_by_input'), models.Index(fields=['run', 'id'], name='conversation_by_run'), models.Index(condition=models.Q(('continues__isnull', False)), fields=['continues'], name='conversation_continues')],
                'constraints': [models.UniqueConstraint(fields=('project', 'external_id'), name='conversation_once_a_project'), models.CheckConstraint(condition=models.Q(('continues', None), models.Q(('continues', models.F('id')), _negated=True), _connector='OR'), name='conversation_not_itself')],
            },
        ),
    ]
