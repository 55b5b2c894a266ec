"""The billing entities in the admin: one base, laid out from each entity's spec. And the pages of this room's own."""

from django.apps import apps
from django.contrib import admin

from pipelines.billing.enrich import admin as enriched
from pipelines.billing.rules import admin as rule_sets
from pipelines.billing.rules import rule_admin as rules
from pipelines.engine.admin.imported import ImportedRowAdmin
from pipelines.engine.rows import ImportedRow

__all__ = ["BillingAdmin", "enriched", "rule_sets", "rules"]


class BillingAdmin(ImportedRowAdmin):
    """Personal columns need `billing.view_personal`."""


for model in apps.get_app_config("billing").get_models():
    if issubclass(model, ImportedRow):
        admin.site.register(model, BillingAdmin)
