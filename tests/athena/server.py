"""The stand-in's server: Athena's JSON protocol and the part of S3 that a reader needs, on one port."""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.athena.catalogue import Declared
from tests.athena.engine import Engine
from tests.athena.service import Body, Course, Query, Refused, Service, dumps

STAGING, DATA = "staging", "lake"


@dataclass(kw_only=True)
class Fault:
    """What goes wrong with the next `times` requests of an operation (of Athena, or GET, HEAD, PUT of S3).

    `code` is answered instead of the truth; `lost` does the work and drops the answer; `seconds` delays it.
    """

    operation: str
    times: int = 1
    code: str = ""
    status: int = 400
    lost: bool = False
    seconds: float = 0.0


@dataclass(kw_only=True)
class StandIn:
    """A running stand-in over two buckets: `lake` (given files) and `staging` (what queries leave)."""

    lake: Path
    staging: Path
    service: Service = field(init=False)
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        tables: dict[tuple[str, str], Declared] = {}
        engine = Engine(buckets={DATA: self.lake, STAGING: self.staging}, tables=tables)
        self.service = Service(
            engine=engine, tables=tables, workgroups={"hub": {}}, databases={"billing", "default"}
        )

    @property
    def address(self) -> str:
        """LAKE_URL for it."""
        return f"athena://eu-central-1/hub/billing?staging=s3://{STAGING}/results"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find it: AWS's own variables, credentials that are none."""
        return {
            "AWS_ENDPOINT_URL_ATHENA": self.url,
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(self.staging / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.staging / "none"),
        }

    def declare(self, statement: str) -> Declared:
        return self.service.declare(statement)

    def next_queries(self, *courses: Course) -> None:
        self.service.courses += courses

    def fail(self, operation: str, **how: Any) -> None:
        self.faults.append(Fault(operation=operation, **how))

    def count(self, operation: str) -> int:
        return sum(1 for name, _ in self.requests if name == operation)

    def statements(self) -> list[str]:
        """What was asked, once each, in the order of asking."""
        return [query.request["QueryString"] for query in self.queries]

    @property
    def queries(self) -> list[Query]:
        return list(self.service.queries.values())

    def fault_of(self, operation: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.operation == operation and fault.times:
                    fault.times -= 1
                    return fault
        return None


@contextmanager
def standing_in(lake: Path, staging: Path) -> Iterator[StandIn]:
    """A stand-in on a free port of this machine, until the block ends."""
    staging.mkdir(parents=True, exist_ok=True)
    found = StandIn(lake=lake, staging=staging)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.standin = found
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        assert not found.crashes, found.crashes[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    standin: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A killed client leaves half a connection, which is what it is killed for; all else is a defect here."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError | ValueError | None):
            self.standin.crashes.append("".join(traceback.format_exception(error)))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every small answer waits 40 ms for its acknowledgement
    wbufsize = 1 << 16
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to the terminal: `requests` keeps them."""

    def do_POST(self) -> None:
        body = self._body()
        target = self.headers.get("X-Amz-Target", "")
        operation = target.rpartition(".")[2]
        self._serve(
            operation, lambda: self._json(self.server.standin.service.answer(operation, json.loads(body)))
        )

    def do_GET(self) -> None:
        self._serve("GET", self._get)

    def do_HEAD(self) -> None:
        self._serve("HEAD", self._head)

    def do_PUT(self) -> None:
        body = self._body()
        self._serve("PUT", lambda: self._put(body))

    def do_DELETE(self) -> None:
        self._serve("DELETE", self._delete)

    def _serve(self, operation: str, work: Any) -> None:
        standin = self.server.standin
        standin.requests.append((operation, self.path))
        fault = standin.fault_of(operation)
        try:
            if fault and fault.seconds:
                time.sleep(fault.seconds)
            if fault and fault.code:
                raise Refused(fault.code, status=fault.status)
            if fault and fault.lost:
                self.wfile = _Nowhere()  # type: ignore[assignment]  # the work is done, its answer lost
                work()
                self.close_connection = True
                self.connection.close()
                return
            work()
        except Refused as error:
            self._refuse(error, athena=operation not in {"GET", "HEAD", "PUT", "DELETE"})

    def _refuse(self, error: Refused, *, athena: bool) -> None:
        if athena:
            self._send(error.status, dumps({"__type": error.code, "message": str(error)}), {
                "Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code,
            })  # fmt: skip
        else:
            text = f"<Error><Code>{error.code}</Code><Message>{escape(str(error))}</Message></Error>"
            self._send(error.status, text.encode(), {"Content-Type": "application/xml"})

    def _json(self, body: Body) -> None:
        self._send(200, dumps(body), {"Content-Type": "application/x-amz-json-1.1"})

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _path(self) -> Path:
        bucket, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        folder = self.server.standin.service.engine.buckets.get(bucket)
        if folder is None:
            raise Refused("NoSuchBucket", status=404)
        return folder / key

    def _object(self) -> Path:
        path = self._path()
        if not path.is_file():
            raise Refused("NoSuchKey", status=404)
        return path

    def _facts(self, path: Path) -> dict[str, str]:
        state = path.stat()
        return {
            "ETag": f'"{state.st_mtime_ns:x}-{state.st_size:x}"',
            "Last-Modified": formatdate(int(state.st_mtime), usegmt=True),
            "Accept-Ranges": "bytes",
        }

    def _get(self) -> None:
        if "list-type" in parse_qs(urlsplit(self.path).query):
            return self._list()
        path = self._object()
        facts = self._facts(path)
        if self.headers.get("If-Match", facts["ETag"]) != facts["ETag"]:
            raise Refused("PreconditionFailed", status=412)
        size = path.stat().st_size
        begin, end = self._range(size)
        with path.open("rb") as file:
            file.seek(begin)
            data = file.read(end - begin)
        if "Range" in self.headers:
            facts["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
        return self._send(206 if "Range" in self.headers else 200, data, facts)

    def _range(self, size: int) -> tuple[int, int]:
        """S3 answers a range that leads too far with what there is, one that begins too far with an error."""
        asked = self.headers.get("Range")
        if asked is None:
            return 0, size
        first, _, last = asked.removeprefix("bytes=").partition("-")
        if int(first) >= size:
            raise Refused("InvalidRange", status=416)
        return int(first), min(int(last) + 1 if last else size, size)

    def _head(self) -> None:
        path = self._object()
        self._send(200, b"", self._facts(path) | {"Content-Length": str(path.stat().st_size)})

    def _list(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        folder, prefix = self._path(), asked.get("prefix", [""])[0]
        keys = sorted(path for path in folder.rglob("*") if path.is_file())
        found = [path for path in keys if path.relative_to(folder).as_posix().startswith(prefix)]
        rows = "".join(
            f"<Contents><Key>{escape(path.relative_to(folder).as_posix())}</Key>"
            f"<Size>{path.stat().st_size}</Size></Contents>"
            for path in found[: int(asked.get("max-keys", ["1000"])[0])]
        )
        text = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        self._send(200, text.encode(), {"Content-Type": "application/xml"})

    def _put(self, body: bytes) -> None:
        path = self._path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self._send(200, b"", {"ETag": '"put"'})

    def _delete(self) -> None:
        self._path().unlink(missing_ok=True)
        self._send(204, b"", {})

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None: ...

    closed = False
