"""What the catalogue says of plans as sold: the texts of the catalogue's plan and of its product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.billing.enrich.reading import Row, ids_with, rows_of
from pipelines.billing.entities import Product, ProductRatePlan, RatePlan

Texts = tuple[tuple[str, str], ...]
_OF_PLAN = (("name", "name"), ("promotion_code", "promotion_code_c"), ("rate_plan_type", "rate_plan_type_c"))
_OF_PRODUCT = (("name", "name"), ("sku", "sku"))


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The catalogue's rows that some plans as sold are of."""

    plans: Mapping[str, Row]
    products: Mapping[str, Row]

    @classmethod
    def behind(cls, tenant: str, sold: Iterable[Row]) -> Catalogue:
        """In two queries, whatever the number of plans (rows with product_rate_plan_id and product_id)."""
        sold = list(sold)
        wanted = {row["product_rate_plan_id"] for row in sold}
        plans = rows_of(ProductRatePlan, tenant, wanted, "product_id", *(column for _, column in _OF_PLAN))
        products = {row["product_id"] for row in (*sold, *plans.values())}
        return cls(plans=plans, products=rows_of(Product, tenant, products, "name", "sku"))

    def texts(self, sold: Row) -> Texts:
        """By field, the plan's before the product's."""
        plan = self.plans.get(sold["product_rate_plan_id"] or "")
        product = self.products.get((plan and plan["product_id"]) or sold["product_id"] or "")
        return (
            *_named("product_rate_plan", plan, _OF_PLAN),
            *_named("product", product, _OF_PRODUCT),
        )


def _named(entity: str, row: Row | None, columns: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    for name, column in columns if row else ():
        if row and row[column]:
            yield f"{entity}.{name}", row[column]


def plans_of_catalogue_plans(tenant: str, ids: Iterable[str]) -> set[str]:
    """The plans as sold of these plans of the catalogue."""
    return ids_with(RatePlan, tenant, "product_rate_plan_id", ids)


def plans_of_products(tenant: str, ids: Iterable[str]) -> set[str]:
    """The plans as sold of these products, whether they name them or their plan of the catalogue does."""
    ids = list(ids)
    of_catalogue = ids_with(ProductRatePlan, tenant, "product_id", ids)
    return plans_of_catalogue_plans(tenant, of_catalogue) | ids_with(RatePlan, tenant, "product_id", ids)
