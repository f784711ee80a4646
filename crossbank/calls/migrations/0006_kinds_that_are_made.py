from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0005_main_code"),
    ]

    operations = [
        migrations.AlterField(
            model_name="task",
            name="kind",
            field=models.CharField(
                choices=[
                    ("follow_up", "Follow-up call"),
                    ("maturity", "Deposit matures"),
                    ("card_renewal", "Card is renewed"),
                    ("loan_end", "Loan ends"),
                    ("review_talk", "Agreed review talk"),
                    ("second_yes", "Second yes is due"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
