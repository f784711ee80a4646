from django.db import migrations
from django.db.models import F


def lengthen(apps, schema_editor):
    """Leads without a point yet wait out the withdrawal of their product; written ones stay."""
    leads = apps.get_model("leads", "Lead")
    waiting = leads.objects.filter(
        points__isnull=True, product__withdrawal_days__gte=F("cooling_days")
    )
    for lead in waiting.select_related("product"):
        leads.objects.filter(pk=lead.pk).update(cooling_days=lead.product.withdrawal_days + 1)


def cap(apps, schema_editor):
    apps.get_model("leads", "Lead").objects.filter(cooling_days__gt=31).update(cooling_days=31)


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_uncapped_cooling"), ("catalog", "0006_partner_benefits")]

    operations = [migrations.RunPython(lengthen, cap)]
