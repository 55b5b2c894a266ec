"""Deliveries to an HTTPS endpoint: signed as Standard Webhooks has it, guarded, within time limits."""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from hub import clock
from hub.errors import ConfigError
from pipelines.delivery.addresses import Endpoint
from pipelines.delivery.excerpts import safe_excerpt
from pipelines.delivery.guard import Deadline, ForbiddenAddress, GuardedTransport, Rule, UnknownHost
from pipelines.delivery.parcels import Parcel
from pipelines.delivery.retrying import asked_wait
from pipelines.delivery.signing import signatures
from pipelines.delivery.verdict import Answer

ANSWER_LIMIT = 64 << 10  # bytes of an answer that are read
AGENT = "subscription-data-hub"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds: for a connection to stand, and for all of a request."""

    connect: float
    answer: float


class HttpsSender:
    """One endpoint over kept connections."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        keys: Sequence[bytes],
        limits: Limits,
        private: bool,
        context: ssl.SSLContext,
    ) -> None:
        self._url, self._keys, self._limits = endpoint.url, keys, limits
        self._deadline = Deadline()
        rule = Rule(private=private, plain=endpoint.plain)
        self._client = httpx.Client(
            transport=GuardedTransport(rule, self._deadline, context),
            timeout=httpx.Timeout(limits.answer, connect=limits.connect),
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": AGENT, "accept-encoding": "identity"},
        )

    def send(self, parcel: Parcel) -> Answer:
        """Post a parcel; whatever goes wrong on the way is the answer."""
        begun = time.monotonic()
        self._deadline.begin(self._limits.answer)
        try:
            answer = self._posted(parcel)
        except ForbiddenAddress as error:
            answer = Answer(error="forbidden", detail=error.in_one_line)
        except UnknownHost as error:
            answer = Answer(error="unresolved", detail=error.message)
        except httpx.HTTPError as error:
            answer = Answer(error=error_class(error))
        except (httpx.InvalidURL, UnicodeError):
            answer = Answer(error="forbidden", detail="the address cannot be read")
        return replace(answer, seconds=time.monotonic() - begun)

    def close(self) -> None:
        self._client.close()

    def _posted(self, parcel: Parcel) -> Answer:
        with self._client.stream(
            "POST", self._url, content=parcel.body, headers=headers(parcel, self._keys)
        ) as answer:
            body = _start_of(answer)
            good = answer.is_success
            return Answer(
                status=answer.status_code,
                detail=_elsewhere(answer),
                retry_after=asked_wait(answer.headers.get("retry-after"), clock.now()),
                answer_bytes=len(body),
                excerpt=""
                if good
                else safe_excerpt(body, answer.headers.get("content-type", ""), parcel.body),
            )


def headers(parcel: Parcel, keys: Sequence[bytes]) -> dict[str, str]:
    """The head of a request: who it is, when, and the signatures of all valid secrets."""
    timestamp = int(clock.now().timestamp())
    return {
        "content-type": parcel.media_type,
        "idempotency-key": parcel.id,
        "webhook-id": parcel.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(keys, parcel.id, timestamp, parcel.body),
    }


def trusted(authorities: str) -> ssl.SSLContext:
    """What certificates are verified by: the usual authorities, and those of a PEM file of one's own."""
    context = httpx.create_ssl_context(trust_env=False)
    if authorities:
        try:
            context.load_verify_locations(Path(authorities))
        except (OSError, ssl.SSLError):
            raise ConfigError(
                "HUB_DELIVERY_CA_FILE cannot be read", hint="a file with certificates in PEM form"
            ) from None
    return context


def error_class(error: httpx.HTTPError) -> str:
    """One word for what went wrong, by the classes of the errors, never by their text."""
    if isinstance(error, httpx.ConnectTimeout):
        return "connect_timeout"
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    if isinstance(error, httpx.ConnectError):
        return "tls" if _caused_by(error, ssl.SSLError) else "refused"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError | httpx.CloseError):
        return "broken"
    return "protocol"


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


def _start_of(answer: httpx.Response) -> bytes:
    """The answer up to the limit; the connection of a longer one is given up."""
    read = bytearray()
    for piece in answer.iter_raw():
        read += piece
        if len(read) >= ANSWER_LIMIT:
            break
    return bytes(read[:ANSWER_LIMIT])


def _elsewhere(answer: httpx.Response) -> str:
    """The host that a redirect names; its path may hold a secret."""
    if not answer.is_redirect:
        return ""
    try:
        return (urlsplit(answer.headers.get("location", "")).hostname or "names no host")[:100]
    except ValueError:
        return "no address"
