"""One version of a subscription; the versions of one number form a chain."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import (
    STRONG,
    Choice,
    CurrencyCode,
    Day,
    Flag,
    FreeText,
    Moment,
    Ref,
    Text,
    Whole,
)
from pipelines.engine.spec import SubjectRule


class Subscription(BillingRow):
    """One version of a subscription; the versions of one number form a chain."""

    entity = "subscription"
    number_field = "name"
    subject = SubjectRule(kind="account", column="account_id")

    name = Text(r"([0-9a-f]{32}_)?A-S\d{8}", required=True, strength=STRONG, db_index=True)
    account_id = Ref("account", db_index=True)
    invoice_owner_id = Ref("account", required=True)
    creator_account_id = Ref("account")
    original_id = Ref("subscription", db_index=True)
    previous_subscription_id = Ref("subscription", db_index=True)
    version = Whole(required=True, minimum=1)
    is_latest_version = Flag()
    status = Choice(
        "Draft",
        "Pending Activation",
        "Pending Acceptance",
        "Active",
        "Cancelled",
        "Expired",
        "Suspended",
        required=True,
    )
    term_type = Choice("TERMED", "EVERGREEN", required=True)
    initial_term = Whole(minimum=0)
    initial_term_period_type = Choice("Month", "Year", "Week", "Day")
    current_term = Whole(minimum=0)
    current_term_period_type = Choice("Month", "Year", "Week", "Day")
    renewal_term = Whole(minimum=0)
    renewal_term_period_type = Choice("Month", "Year", "Week", "Day")
    renewal_setting = Choice("RENEW_WITH_SPECIFIC_TERM", "RENEW_TO_EVERGREEN")
    auto_renew = Flag(required=True)
    contract_effective_date = Day()
    service_activation_date = Day()
    contract_acceptance_date = Day()
    term_start_date = Day()
    term_end_date = Day()
    subscription_start_date = Day()
    subscription_end_date = Day()
    cancelled_date = Day()
    cancel_reason = FreeText(personal=True)  # in somebody's own words
    subscription_version_amendment_id = Ref("amendment")
    original_created_date = Moment()
    currency = CurrencyCode()
    bill_to_contact_id = Ref("contact", db_index=True)
    sold_to_contact_id = Ref("contact", db_index=True)
    notes = FreeText(personal=True)
    promotion_code_c = Text(lake_name="promotion_code__c")
    gift_subscription_c = Text(lake_name="gift_subscription__c")
    predecessor_subscription_c = Text(lake_name="predecessor_subscription__c")
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
