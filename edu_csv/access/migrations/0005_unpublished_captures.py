from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_idempotent_beat"),
    ]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="shows_unpublished_captures",
            field=models.BooleanField(default=False),
        ),
    ]
