from __future__ import annotations

from django.db import migrations

from allay_web.audit import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Has the database refuse every change and removal in the audit trail."""

    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
