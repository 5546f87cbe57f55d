from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0006_answers_and_sides'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='score',
            index=models.Index(condition=models.Q(('current', True), ('layer', 'retest')), fields=['criterion', 'item', 'layer', 'current'], name='score_retest'),
        ),
    ]
