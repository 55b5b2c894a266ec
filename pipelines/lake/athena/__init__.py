"""The lake in Athena: tables over objects in S3, asked by queries through PyAthena."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.addresses import LakeAddress
from hub.lakes import FileFormat, QueryLog
from hub.registry import Finding
from pipelines.lake.athena.asking import Asker
from pipelines.lake.athena.checks import findings
from pipelines.lake.athena.habits import Habits
from pipelines.lake.athena.table import AthenaTable


@dataclass(kw_only=True)
class AthenaLake:
    """A database of Athena as a lake. One is opened for each job; its budget is that of the job."""

    address: LakeAddress
    habits: Habits = field(default_factory=Habits)

    def __post_init__(self) -> None:
        self.asker = Asker(address=self.address, habits=self.habits)

    def table(self, brand: str, area: str, table: str, form: FileFormat) -> AthenaTable:
        """The table that LAKE_URL's patterns name; names in the catalogue are in lower case."""
        names = {"brand": brand, "area": area, "table": table}
        return AthenaTable(
            asker=self.asker,
            table=self.address.options["tables"].format(**names).lower(),
            keys_name=self.address.options["keys"].format(**names).lower(),
            form=form,
        )

    def begin(self, log: QueryLog) -> None:
        """Queries of this run are written down from here on; those of dead runs are stopped."""
        self.asker.log = log
        self.asker.stop_left_over()

    def findings(self) -> list[Finding]:
        return findings(self.asker)
