from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_refresh"),
    ]

    operations = [
        migrations.AddField(
            model_name="institution",
            name="reveal_anonymous",
            field=models.BooleanField(default=False),
        ),
    ]
