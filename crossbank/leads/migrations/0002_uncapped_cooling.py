from django.db import migrations


class Migration(migrations.Migration):
    """A product may be withdrawn from for longer than a month; its point waits as long."""

    dependencies = [("leads", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="lead", name="lead_cools_in_time"),
    ]
