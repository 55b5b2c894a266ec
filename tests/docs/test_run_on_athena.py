"""The declarations of docs/how-to/run-on-athena.md are those that the tests declare their tables with."""

import re
from pathlib import Path

from hub.addresses import ATHENA_OPTIONS, parse_lake
from hub.lakes import FileFormat
from tests.athena.catalogue import declared
from tests.athena.declaring import QUOTED, how_written, statement

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "run-on-athena.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")


def test_the_statement_of_the_page_declares_what_the_tests_declare() -> None:
    written = re.findall(r"```sql\n(CREATE .*?)\n```", PAGE, re.DOTALL)
    columns = {"id": "string", "name": "string"}
    ours = statement(
        "nordlicht_billing_account", "nordlicht/billing/account", columns, how_written(FileFormat())
    )
    assert [declared(text) for text in written] == [declared(ours)]


def test_the_quoted_form_of_the_page_is_the_one_that_is_tried() -> None:
    assert QUOTED.replace("{delimiter}", ",").split() == PAGE.split("```sql\n")[2].split("```")[0].split()


def test_the_address_of_the_page_is_one() -> None:
    (address,) = re.findall(r"^LAKE_URL=(\S+)$", PAGE, re.MULTILINE)
    assert parse_lake(address, ROOT).database == "billing"


def test_every_option_of_the_address_is_explained() -> None:
    assert [name for name in ATHENA_OPTIONS if f"| `{name}` |" not in SETTINGS] == []
