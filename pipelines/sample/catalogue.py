"""The rows of a brand's catalogue."""

from __future__ import annotations

from pipelines.sample.brands import Brand
from pipelines.sample.customer import CODES
from pipelines.sample.dates import add_months, instant, iso
from pipelines.sample.layout import Row
from pipelines.sample.subscribing import catalogue_id

FOREVER = "2099-12-31"


def catalogue_rows(brand: Brand, stream: int, first_day: int) -> dict[str, list[Row]]:
    """Products and rate plans by table, all created four years before the first load."""
    opened = add_months(first_day, -50)
    stamp = instant(opened, 36_000)
    life: Row = {"created_date": stamp, "updated_date": stamp, "is_deleted": "false"}
    products: list[Row] = [
        {
            "id": catalogue_id(stream, CODES["product"], place),
            "name": product.name,
            "sku": product.sku,
            "product_number": f"PC-{place + 1:08d}",
            "category": product.category,
            "description": product.description,
            "effective_start_date": iso(opened),
            "effective_end_date": FOREVER,
            **life,
        }
        for place, product in enumerate(brand.products)
    ]
    plans: list[Row] = [
        {
            "id": catalogue_id(stream, CODES["product_rate_plan"], place),
            "product_id": catalogue_id(stream, CODES["product"], plan.product),
            "name": plan.name,
            "product_rate_plan_number": f"PRP-{place + 1:08d}",
            "description": plan.description,
            "effective_start_date": iso(opened),
            "effective_end_date": FOREVER,
            "state": "Active",
            "promotion_code__c": plan.promotion,
            "rate_plan_type__c": plan.kind,
            **life,
        }
        for place, plan in enumerate(brand.plans)
    ]
    return {"product": products, "product_rate_plan": plans}
