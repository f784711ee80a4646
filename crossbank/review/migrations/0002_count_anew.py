"""Counts by day are made again from the records, in tables of another shape."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("review", "0001_pair_days")]

    operations = [
        migrations.DeleteModel("DayCustomers"),
        migrations.DeleteModel("DayAnswers"),
        migrations.DeleteModel("CountedDay"),
    ]
