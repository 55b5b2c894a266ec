"""What every way of sending has in common: a parcel goes out, an answer comes back, nothing is raised."""

from __future__ import annotations

from typing import Protocol

from pipelines.delivery.parcels import Parcel
from pipelines.delivery.verdict import Answer


class Sender(Protocol):
    """Sends parcels of one target; `send` may be called by several threads."""

    def send(self, parcel: Parcel) -> Answer: ...

    def close(self) -> None: ...
