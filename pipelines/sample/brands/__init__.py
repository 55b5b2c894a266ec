"""The three brands of the sample, one file each."""

from __future__ import annotations

from pipelines.sample.brands.brand import Brand
from pipelines.sample.brands.lumiere import LUMIERE
from pipelines.sample.brands.nordlicht import NORDLICHT
from pipelines.sample.brands.polder import POLDER

BRANDS: dict[str, Brand] = {brand.code: brand for brand in (NORDLICHT, LUMIERE, POLDER)}

__all__ = ["BRANDS", "Brand"]
