"""Shares of an amount to the minor unit. Pure; whole minor units in, whole minor units out."""

from __future__ import annotations

from collections.abc import Sequence


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Shares of `total` in proportion to `weights`, by largest remainder; what comes first wins a tie.

    Both are zero or more. The shares add up to `total`, and none is above its weight while `total` is not above
    their sum. Without any weight nothing can be shared: ValueError.
    """
    whole = sum(weights)
    if not whole:
        raise ValueError("nothing to spread over")
    parts = [divmod(total * weight, whole) for weight in weights]
    shares = [share for share, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares
