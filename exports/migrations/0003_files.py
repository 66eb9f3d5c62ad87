from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0002_database")]

    operations = [
        migrations.AddField(model_name="export", name="files", field=models.JSONField(default=list)),
    ]
