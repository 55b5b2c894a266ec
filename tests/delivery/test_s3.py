"""Objects of S3, by a small stand-in that checks what was put against its digests."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hub import clock
from pipelines.delivery.models import Attempt, Delivery, Target
from tests.delivery.conftest import message, put, run, states, target_of

pytestmark = pytest.mark.django_db(transaction=True)


class Bucket:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refusals: list[tuple[int, str]] = []


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    kept = Bucket()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            digests = {"content-md5": hashlib.md5, "x-amz-checksum-sha256": hashlib.sha256}
            fits = all(
                self.headers[name] == base64.b64encode(digest(body).digest()).decode()
                for name, digest in digests.items()
            )
            status, code = (
                kept.refusals.pop(0) if kept.refusals else (200, "") if fits else (400, "BadDigest")
            )
            if status == 200:
                kept.objects[self.path] = body
            answer = f"<Error><Code>{code}</Code></Error>".encode() if code else b""
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    for name, value in {
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{server.server_address[1]}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def archive(db: None) -> Target:
    return target_of("s3://archive/crm/orders", kind="s3", name="archive")


def test_objects_hold_the_lines_and_their_digests_fit(archive: Target, bucket: Bucket) -> None:
    put(message("A", 1), message("A", 2), message("B", 1))
    assert run().total.delivered == 3
    names = sorted(bucket.objects)
    assert [name.rpartition("-")[0] for name in names] == [
        f"/archive/crm/orders/archive-{number:09}" for number in (1, 2)
    ]
    assert [len(bucket.objects[name].splitlines()) for name in names] == [2, 1]


@pytest.mark.parametrize(
    ("status", "code"), [(503, "SlowDown"), (403, "AccessDenied"), (404, "NoSuchBucket")]
)
def test_what_s3_refuses_is_tried_again(archive: Target, bucket: Bucket, status: int, code: str) -> None:
    bucket.refusals = [(status, code)]
    put(message())
    assert run().total.retried == 1
    assert code in Attempt.objects.get().detail
    Delivery.objects.update(due_at=clock.now())
    run()
    assert states() == {("A-S1", 1): "delivered"}


def test_an_endpoint_that_is_not_there_is_told(
    archive: Target, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    put(message())
    run()
    assert Attempt.objects.get().outcome == "storage"
