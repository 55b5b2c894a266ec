"""Pages of a table that only grows: it is counted up to a cap, because counting it all takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

if TYPE_CHECKING:
    _Paginator = Paginator[Model]
else:
    _Paginator = Paginator

COUNTED = 10_000


class CappedPaginator(_Paginator):
    """Counts and pages through the first COUNTED rows; older ones are reached as `beyond` says."""

    object_list: QuerySet[Model]
    template_name = "audit/pagination.html"
    beyond = "narrow the time range to see older ones"

    @cached_property
    def _counted(self) -> int:
        return self.object_list.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, COUNTED)

    @property
    def capped(self) -> bool:
        """Whether there is more than was counted."""
        return self._counted > COUNTED

    @property
    def told(self) -> str:
        """How many there are, before what they are called."""
        return f"{self.count:,}"
