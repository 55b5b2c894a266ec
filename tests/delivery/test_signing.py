"""Signatures: the published vectors, an independent library, rotation."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from hub import clock
from hub.errors import ConfigError
from pipelines.delivery.models import Delivery, Target
from pipelines.delivery.secrets import keep_secret, opened_secrets
from pipelines.delivery.signing import key_of, new_secret, signatures
from tests.delivery.conftest import SECRET, message, put, run
from tests.delivery.receiver import Receiver, Reply

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "standard-webhooks" / "vectors.json"
# From the specification's reference libraries.
KNOWN = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
        '{"test": 2432232314}', "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
]  # fmt: skip


def given_vectors() -> list[dict[str, Any]]:
    return json.loads(VECTORS.read_text())["sign"] if VECTORS.exists() else []


@pytest.mark.parametrize(("secret", "message_id", "timestamp", "payload", "expected"), KNOWN)
def test_a_known_signature(secret: str, message_id: str, timestamp: int, payload: str, expected: str) -> None:
    assert signatures([key_of(secret)], message_id, timestamp, payload.encode()) == expected


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")
def test_the_shared_vectors() -> None:
    cases = given_vectors()
    assert cases
    for case in cases:
        made = signatures([key_of(case["secret"])], case["id"], case["timestamp"], case["payload"].encode())
        assert made == case["expected"], case["name"]


@given(st.binary(min_size=24, max_size=64), st.binary(max_size=200), st.text("abc:%_-", min_size=1))
def test_another_library_verifies_what_we_sign(key: bytes, body: bytes, message_id: str) -> None:
    timestamp = int(clock.now().timestamp())
    text = f'"{body.hex()}"'
    head = {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures([key_of(new_secret()), key], message_id, timestamp, text.encode()),
    }
    Webhook(base64.b64encode(key).decode()).verify(text, head)


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_short", "not base 64 at all!", "whsec_" + base64.b64encode(b"x" * 23).decode(),
     "whsec_" + base64.b64encode(b"x" * 65).decode(), "ä" * 32],
    ids=["empty", "prefix", "short", "words", "a byte short", "long", "umlauts"],
)  # fmt: skip
def test_a_secret_out_of_shape_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(ConfigError) as refused:
        key_of(secret)
    assert not secret or secret not in refused.value.message


@pytest.mark.parametrize("prefix", ["whsec_", ""])
@pytest.mark.parametrize("padding", ["", "="], ids=["bare", "padded"])
def test_prefix_and_padding_may_be_left_out(prefix: str, padding: str) -> None:
    key = b"k" * 26
    text = base64.b64encode(key).decode().rstrip("=") + padding
    assert key_of(prefix + text) == key


def verified(receiver: Receiver, secret: str) -> bool:
    """By the library's own signing: its `verify` reads the body as one JSON text, which a batch is not."""
    request = receiver.requests[-1]
    head = request.headers
    at = datetime.fromtimestamp(int(head["webhook-timestamp"]), UTC)
    expected = Webhook(secret).sign(head["webhook-id"], at, request.body.decode())
    return expected in head["webhook-signature"].split(" ")


@pytest.mark.django_db(transaction=True)
def test_what_arrives_verifies_in_single_and_in_batch(target: Target, receiver: Receiver) -> None:
    put(message("Ä-1", name="Boris"))
    run()
    assert verified(receiver, SECRET)
    target.format = Target.Format.BATCH
    target.save()
    put(message("A-S2", name="Ünal"), message("A-S3"))
    run()
    assert (verified(receiver, SECRET), len(receiver.requests[-1].documents)) == (True, 2)


@pytest.mark.django_db(transaction=True)
def test_while_a_secret_is_changed_both_verify(target: Target, receiver: Receiver) -> None:
    newer, newest = new_secret(), new_secret()
    keep_secret(target, newer)
    put(message("A-S1"))
    run()
    assert [verified(receiver, secret) for secret in (newer, SECRET)] == [True, True]
    keep_secret(target, newest)
    put(message("A-S2"))
    run()
    assert [verified(receiver, secret) for secret in (newest, newer, SECRET)] == [True, True, False]
    with clock.fixed(clock.now() + timedelta(hours=25)):
        assert opened_secrets(target) == [newest]


@pytest.mark.django_db(transaction=True)
def test_a_retry_is_signed_anew_under_the_same_id(target: Target, receiver: Receiver) -> None:
    receiver.next(Reply(status=500))
    put(message())
    run()
    with clock.fixed(clock.now() + timedelta(hours=1)):
        run()
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    assert Delivery.objects.get().state == "delivered"
