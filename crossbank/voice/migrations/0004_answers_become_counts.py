from collections import Counter

from django.db import migrations


def fold(apps, schema_editor):
    counted = Counter()
    for row in apps.get_model("voice", "Answer").objects.iterator():
        for code in {row.main_code, *row.presented}:
            counted[row.month, "useful", code, row.useful] += 1
        counted[row.month, "felt_pushed", row.branch_code, row.felt_pushed] += 1
        counted[row.month, "next_need", "", row.next_need] += 1
    count = apps.get_model("voice", "AnswerCount")
    count.objects.bulk_create(
        count(month=month, question=question, about=about, said=said, n=n)
        # in a written order: in the order of the answers, neighbours would come from one of them
        for (month, question, about, said), n in sorted(counted.items())
        if said
    )


class Migration(migrations.Migration):
    dependencies = [("voice", "0003_counts_of_answers")]

    # backwards nothing is made: what one customer said cannot be told from counts any more
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
