from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gold', '0011_word_what_is_gold'),
    ]

    operations = [
        migrations.AddField(
            model_name='runstudy',
            name='how',
            field=models.CharField(choices=[('least', 'Least'), ('is', 'Is'), ('number', 'Number'), ('none', 'None'), ('without', 'Without'), ('with', 'With')], default='least', max_length=7),
        ),
        migrations.AddField(
            model_name='runstudy',
            name='number',
            field=models.FloatField(null=True),
        ),
    ]
