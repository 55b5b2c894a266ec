"""A receiver over real sockets: it keeps what it was sent and answers as it is told to."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "localhost"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What arrived, whole, before it was answered."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.body.splitlines()]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How to answer one request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    delay: float = 0.0  # before the answer
    drip: float = 0.0  # seconds between two bytes of the body
    cut: bool = False  # close after half of the body
    reset: bool = False  # no answer at all, the connection is reset
    endless: bool = False  # the body never ends


@dataclass
class Receiver:
    """Replies are used up in their order; when there are none left, `usual` is given."""

    port: int = 0
    usual: Reply = field(default_factory=Reply)
    requests: list[Request] = field(default_factory=list)
    accepted: list[Request] = field(default_factory=list)
    replies: deque[Reply] = field(default_factory=deque)
    by_content: Callable[[Request], Reply | None] | None = None
    scheme: str = "https"

    @property
    def address(self) -> str:
        return f"{self.scheme}://{HOST}:{self.port}/orders"

    def next(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def reply_to(self, request: Request) -> Reply:
        self.requests.append(request)
        reply = self.by_content(request) if self.by_content else None
        if reply is None:
            reply = self.replies.popleft() if self.replies else self.usual
        if 200 <= reply.status < 300:
            self.accepted.append(request)
        return reply

    def documents(self) -> list[dict[str, Any]]:
        """What was accepted, in the order of arrival, repeats included."""
        return [document for request in self.accepted for document in request.documents]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        head = {name.lower(): value for name, value in self.headers.items()}
        reply = self.receiver.reply_to(Request(path=self.path, headers=head, body=body))
        time.sleep(reply.delay)
        try:
            self._answer(reply)
        except OSError:  # whoever asked did not wait
            self.close_connection = True

    def _answer(self, reply: Reply) -> None:
        if reply.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(reply.status)
        for name, value in ({"content-type": "text/plain"} | reply.headers).items():
            self.send_header(name, value)
        self.send_header("content-length", str(10**12 if reply.endless else len(reply.body)))
        self.end_headers()
        while reply.endless:  # until nobody listens
            self.wfile.write(bytes(1 << 14))
        if reply.cut:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        elif reply.drip:
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(reply.drip)
        else:
            self.wfile.write(reply.body)

    def log_message(self, *args: object) -> None: ...


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is part of the tests."""


@contextmanager
def receiving(receiver: Receiver, certificate: Path | None = None, port: int = 0) -> Iterator[Receiver]:
    """Listen on a port of this machine until the block ends; over TLS where a certificate is given."""
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = _Server(("127.0.0.1", port), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.port = server.server_address[1]
    receiver.scheme = "https" if certificate else "http"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certify(file: Path, *names: str) -> Path:
    """Write a key and a certificate for some names, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.datetime.now(datetime.UTC)
    hosts = [x509.DNSName(name) for name in names or (HOST,)]
    own = [*hosts, x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if not names else hosts
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(own), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
