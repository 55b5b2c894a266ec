"""What one kind of enriched record is made of, and which changes elsewhere reach it. Writes nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from hub.bulk import Values
from hub.canonical import fingerprint
from pipelines.billing.enrich.models import EnrichedRow
from pipelines.billing.enrich.reading import Ids
from pipelines.billing.enrich.table import FLAG, Document, text_of
from pipelines.billing.freetext.evidence import Answer, Classes
from pipelines.engine.rows import ImportedRow

Reach = Callable[[str, Ids], Iterable[str]]


class Ruled(Protocol):
    """Rules, compiled: their fingerprint changes with them."""

    @property
    def fingerprint(self) -> str: ...


Rules = TypeVar("Rules", bound=Ruled)


def itself(tenant: str, ids: Ids) -> Iterable[str]:
    """A changed row reaches the record of its own key."""
    return ids


class Enrichment(ABC, Generic[Rules]):
    """The records of one model in one brand.

    `reach` says for each stream of the change feed which rows of `source` have to be looked at again when
    these ids changed there. `former` says where else to look: for columns of a stream's rows, which rows of
    `source` the ids that stood there before an update reach. `version` goes up with every change of the code that
    gives other records.
    """

    entity: ClassVar[str]  # what reports and batches call it
    model: ClassVar[type[EnrichedRow]]
    source: ClassVar[type[ImportedRow]]
    counted: ClassVar[tuple[str, ...]] = ()
    reach: ClassVar[Mapping[str, Reach]]
    former: ClassVar[Mapping[str, Mapping[str, Reach]]] = {}
    version: ClassVar[int] = 1

    def __init__(self, tenant: str, rules: Rules) -> None:
        self.tenant, self.rules = tenant, rules

    @abstractmethod
    def documents(self, ids: Ids) -> dict[str, Document]:
        """The records as they should stand of those rows that exist, by id, in a constant number of queries."""

    @property
    def fingerprint(self) -> str:
        """Changes when all records have to be looked at again."""
        return fingerprint(self.label, self.version, self.rules.fingerprint).hex()

    @property
    def label(self) -> str:
        return str(self.model._meta.label_lower)

    def beside(self) -> dict[str, Values]:
        """Columns outside the documents, the same for all records that are written."""
        return {}


def filled(**values: Any) -> Document:
    """A document: flags and whole numbers as text, nothing for None."""
    return {name: text_of(value) for name, value in values.items() if value is not None}


def funnel_and_class(classes: Classes) -> Document:
    """The two answers that every classified record has."""
    return _answer("funnel_step", classes.funnel_step) | _answer(
        "subscription_class", classes.subscription_class
    )


def all_classes(classes: Classes) -> Document:
    """The three answers, and whether it is a credit."""
    category = _answer("charge_category", classes.charge_category)
    return funnel_and_class(classes) | category | {"credit": FLAG[classes.credit]}


def _answer(name: str, answer: Answer) -> Document:
    return filled(**{name: answer.value, f"{name}_rule": answer.rule or None})
