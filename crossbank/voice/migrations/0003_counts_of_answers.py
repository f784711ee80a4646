from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voice", "0002_survey")]

    operations = [
        migrations.CreateModel(
            name="AnswerCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month",
                        "question",
                        "about",
                        "said",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.CharField(max_length=7, verbose_name="month")),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("useful", "useful"),
                            ("felt_pushed", "felt pushed"),
                            ("next_need", "what next"),
                        ],
                        max_length=12,
                        verbose_name="question",
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=20, verbose_name="about")),
                ("said", models.CharField(max_length=20, verbose_name="said")),
                ("n", models.PositiveIntegerField(default=0, verbose_name="how many")),
            ],
            options={
                "verbose_name": "count of answers",
                "verbose_name_plural": "counts of answers",
            },
        ),
    ]
