from datetime import timedelta

from django.db import migrations


def ask(apps, schema_editor):
    """Work that began is asked for its end, as new ones are: four weeks after the last act."""
    leads = apps.get_model("leads", "Lead")
    for lead in leads.objects.filter(state="qualified", due_on=None).iterator():
        due_on = (lead.changed_at + timedelta(weeks=4)).date()
        leads.objects.filter(pk=lead.pk).update(due_on=due_on)


def ask_nobody(apps, schema_editor):
    apps.get_model("leads", "Lead").objects.filter(state="qualified").update(due_on=None)


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_whole_cooling_of_waiting_leads")]

    operations = [migrations.RunPython(ask, ask_nobody)]
