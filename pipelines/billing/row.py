"""What all billing entities have in common."""

from pipelines.engine.rows import ImportedRow


class BillingRow(ImportedRow):
    """A row of the billing platform: changed at `updated_date`, never before it was created."""

    not_after = (("created_date", "updated_date"),)

    class Meta:
        abstract = True
