"""The network layer of deliveries: it resolves a name, judges every address, and connects to one that it judged.

httpx would resolve again when it connects; between the two a name may come to point elsewhere. Here the connection
goes to the very address that was looked at. TLS still verifies the certificate against the name.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from hub.errors import ConfigError, RetryableError
from pipelines.delivery.networks import Reach, reach_of

CONNECTIONS = 32
KEPT_ALIVE = 20.0  # seconds
FOR_EVER = float("inf")


class ForbiddenAddress(ConfigError):
    """The address leads where nothing may be delivered."""


class UnknownHost(RetryableError):
    """The name of the host is not known."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`private`: addresses of private networks and this machine are let through. `plain`: no others are."""

    private: bool = False
    plain: bool = False


def resolved(host: str, port: int, rule: Rule) -> list[str]:
    """The addresses of a host; raises ForbiddenAddress if any of them is not to be connected to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (socket.gaierror, UnicodeError):
        raise UnknownHost(f"{host} is not known") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        _check(host, reach_of(address), rule)
    return addresses


def _check(host: str, reach: Reach, rule: Rule) -> None:
    """The address itself is not told: nobody is to map a network by the names of targets."""
    if reach is Reach.NEVER:
        raise ForbiddenAddress(f"{host} is nothing that can be delivered to")
    if reach is Reach.PRIVATE and not rule.private:
        raise ForbiddenAddress(
            f"{host} is in a private network", hint="allow it on the target, and HUB_DELIVERY_ALLOW_PRIVATE=1"
        )
    if reach is Reach.PUBLIC and rule.plain:
        raise ForbiddenAddress(f"{host} is public", hint="only https goes there")


class Deadline(threading.local):
    """The instant by which the request of this thread must be over, its answer included."""

    at = FOR_EVER

    def begin(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def cut(self, timeout: float | None, error: type[Exception]) -> float | None:
        """What is left of a phase's time; raises `error` when the whole request's is over."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise error("the time for the whole request is over")
        return left if timeout is None else min(timeout, left)


class GuardedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline: a receiver that sends a byte a second ends too."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cut(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cut(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = self._deadline.cut(timeout, httpcore.ConnectTimeout)
        return GuardedStream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to judged addresses only."""

    def __init__(self, rule: Rule, deadline: Deadline) -> None:
        self._rule, self._deadline = rule, deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = UnknownHost(f"{host} has no address")
        for address in resolved(host, port, self._rule):
            left = self._deadline.cut(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._sockets.connect_tcp(address, port, left, None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:  # the next one may answer
                failure = error
            else:
                return GuardedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(self, path: str, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise ForbiddenAddress("a socket of this machine is no target")


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over the guard; it takes no proxy from anywhere."""

    def __init__(self, rule: Rule, deadline: Deadline, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(  # httpx has no argument for it
            ssl_context=context,
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=KEPT_ALIVE,
            network_backend=GuardedBackend(rule, deadline),
        )
