from datetime import UTC, datetime, time

from django.db import migrations
from django.db.models.functions import TruncDate


def keep_the_day(apps, schema_editor):
    tickets = apps.get_model("voice", "Ticket").objects
    tickets.update(asked_on=TruncDate("expires_at", tzinfo=UTC))
    tickets.filter(is_used=True).update(expires_at=None)


def end_with_the_day(apps, schema_editor):
    for ticket in apps.get_model("voice", "Ticket").objects.filter(is_used=True):
        ticket.expires_at = datetime.combine(ticket.asked_on, time.max, tzinfo=UTC)
        ticket.save(update_fields=["expires_at"])


class Migration(migrations.Migration):
    dependencies = [("voice", "0006_tickets_know_their_day")]

    operations = [migrations.RunPython(keep_the_day, end_with_the_day)]
