"""One priced segment of a charge as sold."""

from pipelines.billing.row import BillingRow
from pipelines.engine.columns import (
    STRONG,
    Amount,
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


class RatePlanCharge(BillingRow):
    """One priced segment of a charge as sold."""

    entity = "rate_plan_charge"
    number_field = "charge_number"

    rate_plan_id = Ref("rate_plan", required=True, db_index=True)
    subscription_id = Ref("subscription")
    product_rate_plan_charge_id = Ref("product_rate_plan_charge")
    charge_number = Text(r"C-\d{8}", required=True, strength=STRONG, db_index=True)
    name = FreeText(required=True)
    charge_type = Choice("Recurring", "OneTime", "Usage", required=True)
    charge_model = Choice(
        "Flat Fee Pricing",
        "Per Unit Pricing",
        "Volume Pricing",
        "Tiered Pricing",
        "Overage Pricing",
        "Tiered with Overage Pricing",
        "Discount-Percentage",
        "Discount-Fixed Amount",
        "Delivery Pricing",
        required=True,
    )
    billing_period = Choice(
        "Month",
        "Quarter",
        "Semi-Annual",
        "Annual",
        "Week",
        "Eighteen Months",
        "Two Years",
        "Three Years",
        "Five Years",
        "Specific Months",
        "Specific Weeks",
        "Specific Days",
        "Subscription Term",
    )
    billing_timing = Choice("In Advance", "In Arrears")
    segment = Whole(required=True, minimum=1)
    version = Whole(required=True, minimum=1)
    is_last_segment = Flag()
    original_id = Ref("rate_plan_charge")
    effective_start_date = Day(required=True)
    effective_end_date = Day()
    charged_through_date = Day()
    quantity = Amount()
    price = Amount()
    mrr = Amount()
    tcv = Amount()
    currency = CurrencyCode()
    up_to_periods = Whole()
    up_to_periods_type = Choice("Billing Periods", "Days", "Weeks", "Months", "Years")
    end_date_condition = Choice("SubscriptionEnd", "FixedPeriod", "SpecificEndDate", "OneTime")
    description = FreeText()
    created_date = Moment(required=True)
    updated_date = Moment(required=True)
    is_deleted = Flag(required=True)
