"""Which network addresses a delivery may go to. Pure.

Only addresses that are reachable from anywhere are let through. Forms that carry an IPv4 address inside an IPv6 one
(mapped, compatible, 6to4, Teredo, NAT64, ISATAP) are refused whatever they carry: they are how a private address is
dressed up, and no receiver needs them.
"""

from __future__ import annotations

from enum import Enum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

_DISGUISES = tuple(
    IPv6Network(net)
    for net in (
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)
_PRIVATE = tuple(
    ip_network(net)
    for net in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "fc00::/7",
        "::1/128",
    )
)
# Set aside by IANA, not in every Python's list of what is not global.
_ODD = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "100::/64", "2001::/23",
        "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip


class Reach(Enum):
    """Who can get to an address."""

    PUBLIC = "public"
    PRIVATE = "private"  # a private network's, or this machine's: may be allowed
    NEVER = "never"


def reach_of(text: str) -> Reach:
    """The reach of an address as the resolver gives it; anything that is none is NEVER."""
    try:
        address = ip_address(text)
    except ValueError:
        return Reach.NEVER
    if any(address in net for net in _PRIVATE if net.version == address.version):
        return Reach.PRIVATE
    if _is_odd(address) or not address.is_global or _is_disguised(address):
        return Reach.NEVER
    return Reach.PUBLIC


def _is_odd(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local:
        return True
    return any(address in net for net in _ODD if net.version == address.version)


def _is_disguised(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return False
    interface = int(address) & (2**64 - 1)
    return (
        any(address in net for net in _DISGUISES)
        or interface >> 32 in _ISATAP
        or address.scope_id is not None
    )
