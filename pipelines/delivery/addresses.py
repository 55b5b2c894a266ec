"""Addresses of targets: what may be written there, before anything is resolved or opened. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub.errors import ConfigError

HTTPS_EXAMPLE = "such as https://receiver.example/orders"
FOLDER_EXAMPLE = "crm/orders: a folder inside HUB_DELIVERY_FOLDER"
S3_EXAMPLE = "s3://bucket/prefix"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[\w!.*'()/=-]*", re.ASCII)
_PART = re.compile(r"[\w-][\w.-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An HTTP address that may be asked: http only where it turns out to be private."""

    url: str
    plain: bool


def endpoint(address: str, *, allow_private: bool) -> Endpoint:
    """The endpoint of an address; raises ConfigError for what is none or tells a password."""
    if re.search(r"[\s\\\x00-\x20\x7f]", address):
        raise ConfigError("the address holds a blank, a backslash or a control character", hint=HTTPS_EXAMPLE)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigError("this is no address", hint=HTTPS_EXAMPLE) from None
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise ConfigError("the address must name a host after https://", hint=HTTPS_EXAMPLE)
    if "@" in parts.netloc:
        raise ConfigError(
            "the address holds a user or password", hint="deliveries are signed; leave both out"
        )
    if "#" in address:
        raise ConfigError("what stands behind # is never sent", hint="leave it out")
    if parts.scheme == "http" and not allow_private:
        raise ConfigError("http is for private addresses alone", hint=HTTPS_EXAMPLE)
    return Endpoint(url=address, plain=parts.scheme == "http")


def folder_parts(address: str) -> list[str]:
    """The folder's names below the root of all deliveries; raises ConfigError for one that would leave it."""
    parts = address.split("/")
    if not all(_PART.fullmatch(part) for part in parts):
        raise ConfigError("the folder must be names with / between them", hint=FOLDER_EXAMPLE)
    return parts


def bucket_and_prefix(address: str) -> tuple[str, str]:
    """Bucket and prefix, which ends with / where there is one."""
    scheme, _, rest = address.partition("://")
    bucket, _, prefix = rest.partition("/")
    if scheme != "s3" or not _BUCKET.fullmatch(bucket) or not _PREFIX.fullmatch(prefix):
        raise ConfigError("the address must be s3://, a bucket and a prefix", hint=S3_EXAMPLE)
    prefix = prefix.strip("/")
    return bucket, f"{prefix}/" if prefix else ""
