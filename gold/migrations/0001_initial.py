import core.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_api_key'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('annotation', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoldDataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=60)),
                ('description', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gold_datasets', to='accounts.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'slug'), name='gold_dataset_slug_once_a_project')],
            },
        ),
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('approved', 'approved'), ('declined', 'declined')], default='waiting', max_length=8)),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='annotation.item')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='gold.golddataset')),
            ],
            options={
                'indexes': [models.Index(fields=['dataset', 'state', 'id'], name='candidate_by_state')],
                'constraints': [models.UniqueConstraint(fields=('dataset', 'item'), name='candidate_once_a_dataset')],
            },
        ),
        migrations.CreateModel(
            name='GoldItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ('payload', models.JSONField()),
                ('content_hash', models.CharField(max_length=64)),
                ('provenance', models.JSONField(default=dict)),
                ('approved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('retired_at', models.DateTimeField(null=True)),
                ('retired_reason', models.TextField(blank=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('candidate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gold_item', to='gold.candidate')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gold_items', to='gold.golddataset')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('retired_at', None)), fields=['dataset', 'id'], name='gold_item_current')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=core.models.new_uid, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('manifest_hash', models.CharField(max_length=64)),
                ('n_items', models.PositiveIntegerField()),
                ('rubric_versions', models.JSONField(default=list)),
                ('agreement', models.JSONField(default=list)),
                ('datasheet', models.JSONField(default=dict)),
                ('note', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='gold.golddataset')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='gold.release')),
                ('published_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('dataset', 'number'), name='release_number_once')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('content_hash', models.CharField(max_length=64)),
                ('payload', models.JSONField()),
                ('gold_item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='release_items', to='gold.golditem')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='gold.release')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('release', 'position'), name='release_item_position'), models.UniqueConstraint(fields=('release', 'gold_item'), name='release_item_once')],
            },
        ),
    ]
