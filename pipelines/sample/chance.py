"""Where the sample's randomness comes from: one independent stream per (seed, brand, room, index).

Nothing is remembered between two customers: the stream of an index is computed from the index, so a customer
can be built again on any later day and comes out the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")
ROOM = "billing"
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def stream_of(*parts: object) -> int:
    """The 64-bit start of a named stream."""
    name = "/".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big")


def mix(stream: int, index: int) -> int:
    """64 well-mixed bits for a place in a stream (splitmix64)."""
    z = (stream + index * _GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


class Draw(Random):
    """A stream with the three questions the sample asks."""

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def below(self, limit: int) -> int:
        return int(self.random() * limit)
