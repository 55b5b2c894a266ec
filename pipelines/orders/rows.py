"""The columns that order documents need of each entity, as they are looked up: canonical text, None for nothing.

A class here is a SELECT: its fields are the columns, in this order; SOURCES says of which table.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import models

from pipelines.billing import entities
from pipelines.billing.enrich import models as enriched

Text = str | None


class SubscriptionRow(NamedTuple):
    key: str
    batch_id: str
    missing_since: Text
    is_deleted: Text
    lake_id: str
    name: Text
    version: Text
    status: Text
    account_id: Text
    original_id: Text
    previous_subscription_id: Text
    is_latest_version: Text
    term_type: Text
    auto_renew: Text
    current_term: Text
    current_term_period_type: Text
    renewal_term: Text
    renewal_term_period_type: Text
    term_start_date: Text
    term_end_date: Text
    subscription_start_date: Text
    subscription_end_date: Text
    cancelled_date: Text
    service_activation_date: Text
    contract_effective_date: Text
    predecessor_subscription_c: Text
    promotion_code_c: Text
    currency: Text
    cancel_reason: Text
    bill_to_contact_id: Text
    sold_to_contact_id: Text
    created_date: Text
    updated_date: Text


class PlanRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    subscription_id: str
    product_rate_plan_id: Text
    product_id: Text
    name: Text
    subscription_rate_plan_number: Text
    amendment_type: Text


class ChargeRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    rate_plan_id: str
    charge_number: Text
    name: Text
    charge_type: Text
    charge_model: Text
    billing_period: Text
    segment: Text
    version: Text
    effective_start_date: Text
    effective_end_date: Text
    quantity: Text
    price: Text
    mrr: Text
    currency: Text


class CataloguePlanRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    product_id: Text
    name: Text


class ProductRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    name: Text
    sku: Text
    category: Text


class InvoiceRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    invoice_number: Text
    account_id: str
    status: Text
    invoice_date: str
    due_date: Text
    amount: str
    balance: str
    currency: str


class ItemRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    invoice_id: str
    subscription_id: Text
    charge_name: Text
    sku: Text
    quantity: Text
    charge_amount: str
    tax_amount: str
    tax_mode: Text
    applied_to_invoice_item_id: Text
    service_start_date: Text
    service_end_date: Text


class PaymentRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    payment_number: Text
    account_id: str
    status: Text
    type: Text
    amount: str
    currency: str
    effective_date: str
    gateway_state: Text


class PaymentApplicationRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    payment_id: str
    invoice_id: Text
    apply_amount: str
    application_status: Text


class RefundRow(NamedTuple):
    key: str
    batch_id: str
    missing_since: Text
    is_deleted: Text
    lake_id: str
    refund_number: Text
    account_id: Text
    amount: str
    currency: Text
    status: Text
    type: Text
    source_type: Text
    refund_date: Text
    cancelled_on: Text
    reason_code: Text


class RefundApplicationRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    refund_id: str
    payment_id: Text
    payment_application_id: Text
    invoice_id: Text
    credit_memo_id: Text
    apply_amount: str


class MemoRow(NamedTuple):
    key: str
    batch_id: str
    missing_since: Text
    is_deleted: Text
    lake_id: str
    memo_number: Text
    account_id: str
    invoice_id: Text
    status: Text
    memo_date: str
    total_amount: str
    currency: str
    reason_code: Text


class MemoApplicationRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    credit_memo_id: str
    invoice_id: Text
    amount: str
    effective_date: Text


class AccountRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    account_number: Text
    name: Text
    status: Text
    currency: Text
    payment_term: Text
    crm_id: Text
    vat_id: Text
    bill_to_contact_id: Text
    sold_to_contact_id: Text
    default_payment_method_id: Text


class ContactRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    first_name: Text
    last_name: Text
    work_email: Text
    personal_email: Text
    work_phone: Text
    mobile_phone: Text
    address_1: Text
    address_2: Text
    city: Text
    state: Text
    postal_code: Text
    country: Text


class MethodRow(NamedTuple):
    key: str
    batch_id: str
    lake_id: str
    account_id: Text
    type: Text
    credit_card_type: Text
    credit_card_mask_number: Text
    credit_card_expiration_month: Text
    credit_card_expiration_year: Text
    bank_transfer_type: Text
    iban_mask: Text
    paypal_email: Text


class SubscriptionClassRow(NamedTuple):
    key: str
    funnel_step: Text
    subscription_class: Text
    country: Text


class PlanClassRow(NamedTuple):
    key: str
    funnel_step: Text
    subscription_class: Text
    charge_category: Text


class ChargeClassRow(NamedTuple):
    key: str
    charge_category: Text
    credit: Text


class ItemClassRow(NamedTuple):
    key: str
    charge_category: Text
    credit: Text


class VerdictRow(NamedTuple):
    key: str
    left_out: Text


SOURCES: dict[type[NamedTuple], type[models.Model]] = {
    SubscriptionRow: entities.Subscription,
    PlanRow: entities.RatePlan,
    ChargeRow: entities.RatePlanCharge,
    CataloguePlanRow: entities.ProductRatePlan,
    ProductRow: entities.Product,
    InvoiceRow: entities.Invoice,
    ItemRow: entities.InvoiceItem,
    PaymentRow: entities.Payment,
    PaymentApplicationRow: entities.PaymentApplication,
    RefundRow: entities.Refund,
    RefundApplicationRow: entities.RefundApplication,
    MemoRow: entities.CreditMemo,
    MemoApplicationRow: entities.CreditMemoApplication,
    AccountRow: entities.Account,
    ContactRow: entities.Contact,
    MethodRow: entities.PaymentMethod,
    SubscriptionClassRow: enriched.EnrichedSubscription,
    PlanClassRow: enriched.EnrichedRatePlan,
    ChargeClassRow: enriched.EnrichedCharge,
    ItemClassRow: enriched.EnrichedItem,
    VerdictRow: enriched.TestVerdict,
}
