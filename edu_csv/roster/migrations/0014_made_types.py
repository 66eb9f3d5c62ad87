"""Types of org units know the import whose groups brought them, so that taking it back takes them too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("roster", "0013_personas_database")]

    operations = [
        migrations.AddField(
            model_name="orgunittype",
            name="made_by_job",
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
