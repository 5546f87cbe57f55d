import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gold', '0009_filters_by_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GoldWords',
            fields=[
                ('gold_item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='gold.golditem')),
                ('language', models.CharField(blank=True, max_length=10)),
                ('words', models.TextField(blank=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='golditem',
            index=models.Index(condition=models.Q(('retired_at', None), _negated=True), fields=['dataset', 'id'], name='gold_item_retired'),
        ),
        migrations.AddIndex(
            model_name='golditem',
            index=models.Index(condition=models.Q(('revised_at', None), _negated=True), fields=['dataset', 'id'], name='gold_item_revised'),
        ),
        migrations.AddField(
            model_name='goldwords',
            name='dataset',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='gold.golddataset'),
        ),
        migrations.AddIndex(
            model_name='goldwords',
            index=models.Index(fields=['dataset', 'language', 'gold_item'], name='gold_words_by_language'),
        ),
    ]
