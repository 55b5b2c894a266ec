"""The 16 entities of the billing platform, one declaration a file."""

from pipelines.billing.entities.account import Account
from pipelines.billing.entities.contact import Contact
from pipelines.billing.entities.credit_memo import CreditMemo
from pipelines.billing.entities.credit_memo_application import CreditMemoApplication
from pipelines.billing.entities.invoice import Invoice
from pipelines.billing.entities.invoice_item import InvoiceItem
from pipelines.billing.entities.payment import Payment
from pipelines.billing.entities.payment_application import PaymentApplication
from pipelines.billing.entities.payment_method import PaymentMethod
from pipelines.billing.entities.product import Product
from pipelines.billing.entities.product_rate_plan import ProductRatePlan
from pipelines.billing.entities.rate_plan import RatePlan
from pipelines.billing.entities.rate_plan_charge import RatePlanCharge
from pipelines.billing.entities.refund import Refund
from pipelines.billing.entities.refund_application import RefundApplication
from pipelines.billing.entities.subscription import Subscription

__all__ = [
    "Account",
    "Contact",
    "CreditMemo",
    "CreditMemoApplication",
    "Invoice",
    "InvoiceItem",
    "Payment",
    "PaymentApplication",
    "PaymentMethod",
    "Product",
    "ProductRatePlan",
    "RatePlan",
    "RatePlanCharge",
    "Refund",
    "RefundApplication",
    "Subscription",
]
