"""`capped` counted change times that were cut; they are no longer believed, and others are counted with them."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("engine", "0001_initial")]

    operations: ClassVar = [
        migrations.RenameField(model_name="batch", old_name="capped", new_name="ahead"),
        migrations.AlterField(
            model_name="batch",
            name="ahead",
            field=models.IntegerField(default=0, help_text="rows that say they changed in the future"),
        ),
    ]
