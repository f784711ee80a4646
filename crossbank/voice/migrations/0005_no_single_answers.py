from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("voice", "0004_answers_become_counts")]

    operations = [migrations.DeleteModel(name="Answer")]
