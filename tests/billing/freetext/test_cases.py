"""The case suite, on cases of our own and, where it is on this machine, on the shared file."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hub.cases import suites

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "domain" / "cases" / "freetext.json"


def case(text: str, kind: str | None, **more: Any) -> dict[str, Any]:
    expected = {"funnel_step": None, "charge_category": None, "subscription_class": kind}
    return {"id": "x", "field": "rate_plan.name", "text": text, "expected": expected, **more}


@pytest.mark.parametrize(
    ("one", "ok"),
    [
        (case("Geschenkabo", "gift"), True),
        (case("Geschenkabo", "trial"), False),
        (case("Saturday", "gift", context={"gift": True}), True),
        (case("Saturday", None), True),
    ],
)
def test_a_case_passes_when_all_three_classes_agree(one: dict[str, Any], ok: bool) -> None:
    (result,) = suites.get("freetext").run({"cases": [one]})
    assert result.ok is ok


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared cases are not on this machine")
def test_the_shared_cases_come_out_as_far_as_promised() -> None:
    content = json.loads(SHARED.read_bytes())
    sure = {one["id"]: one["confidence"] for one in content["cases"]}
    passed = Counter(sure[result.id] for result in suites.get("freetext").run(content) if result.ok)
    asked = Counter(sure.values())
    assert passed["certain"] >= 0.97 * asked["certain"]
    assert passed["likely"] >= 0.90 * asked["likely"]
