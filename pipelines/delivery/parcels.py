"""What is sent: documents in their envelope, alone or as lines of a batch. Pure.

Every document travels in the same envelope, whether it is a request's body or a line of a file, so that its key,
version and idempotency key are with it wherever it goes. Its bytes are the same at every attempt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

import orjson

JSON, NDJSON = "application/json", "application/x-ndjson"
DIGEST_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Document:
    """A version of a document, ready to be put in its envelope."""

    tenant: str
    topic: str
    event: str
    key: str
    version: int
    body: str
    created_at: datetime

    @property
    def id(self) -> str:
        """The idempotency key: topic, key and version, the same at every attempt."""
        return idempotency_key(self.topic, self.key, self.version)


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One request or file: its id, its media type and its bytes."""

    id: str
    media_type: str
    body: bytes


def idempotency_key(topic: str, key: str, version: int) -> str:
    """`order:polder:A-S1:3`; what may not stand in a header or would end the id early is percent-encoded."""
    safe = quote(key, safe=":~").replace(".", "%2E")  # signatures separate their parts by full stops
    return f"{topic}:{safe}:{version}"


def envelope(document: Document) -> bytes:
    """One line of JSON with sorted names around the document's own text."""
    around = orjson.dumps(
        {
            "id": document.id,
            "key": document.key,
            "tenant": document.tenant,
            "timestamp": f"{document.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "topic": document.topic,
            "type": document.event,
            "version": document.version,
        }
    )
    return b'{"data":%s,%s' % (document.body.encode(), around[1:])


def single(document: Document) -> Parcel:
    return Parcel(id=document.id, media_type=JSON, body=envelope(document))


def batch(documents: Sequence[Document]) -> Parcel:
    """Documents as lines; the id names just this choice of them in this order."""
    lines = [envelope(document) for document in documents]
    digest = hashlib.blake2b("\n".join(each.id for each in documents).encode(), digest_size=DIGEST_BYTES)
    return Parcel(id=f"batch:{digest.hexdigest()}", media_type=NDJSON, body=b"\n".join([*lines, b""]))
