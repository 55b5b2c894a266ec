"""The billing entities in the admin: one base, laid out from each entity's spec."""

from django.apps import apps
from django.contrib import admin

from pipelines.engine.admin.imported import ImportedRowAdmin
from pipelines.engine.rows import ImportedRow


class BillingAdmin(ImportedRowAdmin):
    """Personal columns need `billing.view_personal`."""


for model in apps.get_app_config("billing").get_models():
    if issubclass(model, ImportedRow):
        admin.site.register(model, BillingAdmin)
