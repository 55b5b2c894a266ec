"""Where deliveries may go: odd spellings of addresses, names that turn out to be private, names that change."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ConfigError
from pipelines.delivery import guard
from pipelines.delivery.addresses import bucket_and_prefix, endpoint, folder_parts
from pipelines.delivery.guard import ForbiddenAddress, GuardedBackend, Rule, UnknownHost, resolved
from pipelines.delivery.https import HttpsSender, Limits, trusted
from pipelines.delivery.networks import Reach, reach_of
from pipelines.delivery.parcels import Parcel
from tests.delivery.receiver import Receiver, certify, receiving

KEY = b"k" * 32
PARCEL = Parcel(id="order:polder:A-S1:1", media_type="application/json", body=b'{"data":null}')


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("93.184.215.14", Reach.PUBLIC),
        ("8.8.8.8", Reach.PUBLIC),
        ("172.15.255.255", Reach.PUBLIC),  # just outside 172.16/12
        ("172.32.0.0", Reach.PUBLIC),
        ("100.63.255.255", Reach.PUBLIC),
        ("100.128.0.0", Reach.PUBLIC),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", Reach.PUBLIC),
        ("10.0.0.1", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("172.31.255.255", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("127.0.0.1", Reach.PRIVATE),
        ("127.255.255.254", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),  # a provider's own network
        ("100.127.255.255", Reach.PRIVATE),
        ("::1", Reach.PRIVATE),
        ("fd12:3456::1", Reach.PRIVATE),
        ("fc00::1", Reach.PRIVATE),
        ("169.254.169.254", Reach.NEVER),  # what clouds give their secrets out by
        ("169.254.0.1", Reach.NEVER),
        ("0.0.0.0", Reach.NEVER),
        ("0.1.2.3", Reach.NEVER),
        ("192.0.0.170", Reach.NEVER),
        ("192.0.2.1", Reach.NEVER),
        ("192.88.99.1", Reach.NEVER),  # relays of 6to4
        ("198.18.0.1", Reach.NEVER),
        ("198.51.100.7", Reach.NEVER),
        ("203.0.113.7", Reach.NEVER),
        ("224.0.0.1", Reach.NEVER),
        ("239.255.255.255", Reach.NEVER),
        ("240.0.0.1", Reach.NEVER),
        ("255.255.255.255", Reach.NEVER),
        ("::", Reach.NEVER),
        ("fe80::1", Reach.NEVER),
        ("fe80::1%eth0", Reach.NEVER),
        ("febf::1", Reach.NEVER),
        ("fec0::1", Reach.NEVER),
        ("ff02::1", Reach.NEVER),
        ("::ffff:127.0.0.1", Reach.NEVER),
        ("::ffff:10.0.0.1", Reach.NEVER),
        ("::ffff:7f00:1", Reach.NEVER),
        ("::ffff:8.8.8.8", Reach.NEVER),  # public inside, but nobody needs it
        ("0:0:0:0:0:ffff:169.254.169.254", Reach.NEVER),
        ("::127.0.0.1", Reach.NEVER),
        ("::ffff:0:127.0.0.1", Reach.NEVER),
        ("2002:7f00:1::", Reach.NEVER),
        ("2002:a00:1::1", Reach.NEVER),
        ("64:ff9b::7f00:1", Reach.NEVER),
        ("64:ff9b::a9fe:a9fe", Reach.NEVER),
        ("64:ff9b:1::a00:1", Reach.NEVER),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Reach.NEVER),  # Teredo
        ("2606:4700::5efe:7f00:1", Reach.NEVER),  # ISATAP
        ("2606:4700::200:5efe:7f00:1", Reach.NEVER),
        ("100::1", Reach.NEVER),
        ("2001:db8::1", Reach.NEVER),
        ("3fff::1", Reach.NEVER),
        ("2606:4700::1%1", Reach.NEVER),
        ("localhost", Reach.NEVER),  # a name is no address
        ("", Reach.NEVER),
    ],
)
def test_the_reach_of_an_address(address: str, reach: Reach) -> None:
    assert reach_of(address) is reach


@given(st.ip_addresses())
def test_what_python_does_not_call_global_is_never_public(address: Any) -> None:
    assert (reach_of(str(address)) is not Reach.PUBLIC) or address.is_global


@given(st.ip_addresses(v=4))
def test_no_address_of_version_4_is_let_through_in_disguise(address: Any) -> None:
    number = int(address)
    high, low = number >> 16, number & 0xFFFF
    for form in (f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}", f"2002:{high:x}:{low:x}::1"):
        assert reach_of(form) is not Reach.PUBLIC


# What getaddrinfo takes for 127.0.0.1 or for something else of this machine, as an attacker may write it.
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0",
    "localhost", "LOCALHOST", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[::]", "0.0.0.0",
    "[64:ff9b::7f00:1]", "[fe80::1]", "169.254.169.254", "0xa9fea9fe", "[::ffff:a9fe:a9fe]", "①②⑦.0.0.1",
    "127。0。0。1", "１２７.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_this_machine_gets_a_connection(host: str, certificate: Path) -> None:
    with receiving(Receiver(), certificate) as receiver:
        sender = sender_to(f"https://{host}:{receiver.port}/", certificate, private=False)
        answer = sender.send(PARCEL)
        sender.close()
    assert answer.error in {"forbidden", "unresolved"}
    assert receiver.requests == []


def sender_to(url: str, certificate: Path, *, private: bool) -> HttpsSender:
    return HttpsSender(
        endpoint(url, allow_private=private),
        keys=[KEY],
        limits=Limits(connect=1, answer=2),
        private=private,
        context=trusted(str(certificate)),
    )


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names resolve to these addresses, look-up by look-up; returns the names that were asked for."""
    asked: list[str] = []
    left = list(answers)

    def answer(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port)) for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(ForbiddenAddress):
        resolved("crm.example", 443, Rule())


def test_a_refusal_does_not_tell_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["10.11.12.13"])
    with pytest.raises(ForbiddenAddress) as refused:
        resolved("crm.example", 443, Rule())
    assert "10.11" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("address", "rule", "goes"),
    [
        ("10.0.0.1", Rule(), False),
        ("10.0.0.1", Rule(private=True), True),
        ("10.0.0.1", Rule(private=True, plain=True), True),
        ("93.184.215.14", Rule(private=True), True),
        ("93.184.215.14", Rule(private=True, plain=True), False),  # http is for private addresses alone
        ("169.254.169.254", Rule(private=True), False),
        ("::ffff:10.0.0.1", Rule(private=True), False),
    ],
)
def test_what_a_rule_lets_through(
    monkeypatch: pytest.MonkeyPatch, address: str, rule: Rule, goes: bool
) -> None:
    resolving(monkeypatch, [address])
    if goes:
        assert resolved("crm.example", 443, rule) == [address]
    else:
        with pytest.raises(ForbiddenAddress):
            resolved("crm.example", 443, rule)


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is judged, and private when it is looked up again."""
    asked = resolving(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    connected: list[str] = []

    class Sockets:
        def connect_tcp(self, host: str, *args: Any) -> Any:
            connected.append(host)
            return object()

    backend = GuardedBackend(Rule(), guard.Deadline())
    backend._sockets = Sockets()  # type: ignore[assignment]  # a fake of the sockets alone
    backend.connect_tcp("rebinding.example", 443)
    assert (asked, connected) == (["rebinding.example"], ["93.184.215.14"])


def test_a_name_that_nobody_knows_is_told(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(UnknownHost):
        resolved("nowhere.example", 443, Rule())


def test_a_proxy_of_the_environment_is_not_asked(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with receiving(Receiver(), certificate) as receiver:
        sender = sender_to(receiver.address, certificate, private=True)
        assert sender.send(PARCEL).status == 200
        sender.close()


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    other = certify(tmp_path / "other.pem", "other.example")
    with receiving(Receiver(), other) as receiver:
        sender = sender_to(receiver.address, other, private=True)
        assert sender.send(PARCEL).error == "tls"
        sender.close()


def test_plain_http_reaches_a_private_receiver_that_is_allowed(certificate: Path) -> None:
    with receiving(Receiver()) as receiver:
        sender = sender_to(receiver.address, certificate, private=True)
        assert sender.send(PARCEL).status == 200
        sender.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://crm.example/", "ftp://crm.example/", "file:///etc/passwd", "gopher://crm.example/", "//crm.example/",
        "crm.example/orders", "https://", "https:///orders", "https://ada@crm.example/", "https://ada:pw@crm.example/",
        "https://crm.example@127.0.0.1/", "https://crm.example/#part", "https://crm.example:0/",
        "https://crm.example:99999/", "https://crm.example:x/", "https://[::1/", "https://crm.example/a b",
        "https://crm.example\\@127.0.0.1/", "https://crm.example/\n", "https://crm.example/\x00", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address_of_an_endpoint(address: str) -> None:
    with pytest.raises(ConfigError):
        endpoint(address, allow_private=False)


@pytest.mark.parametrize(
    "address", ["", "/etc", "..", "a/../b", "a//b", ".", ".hidden", "a/.b", "a\\b", "a\nb", "C:"]
)
def test_what_is_no_folder(address: str) -> None:
    with pytest.raises(ConfigError):
        folder_parts(address)


@pytest.mark.parametrize(
    "address", ["", "s3://", "s3:///x", "https://b/p", "s3://B/p", "s3://b/p?x", "s3://bucket/a b"]
)
def test_what_is_no_bucket(address: str) -> None:
    with pytest.raises(ConfigError):
        bucket_and_prefix(address)


def test_a_prefix_ends_with_one_slash() -> None:
    assert [bucket_and_prefix(f"s3://bucket{rest}") for rest in ("", "/", "/a", "/a/b/")] == [
        ("bucket", ""), ("bucket", ""), ("bucket", "a/"), ("bucket", "a/b/"),
    ]  # fmt: skip
