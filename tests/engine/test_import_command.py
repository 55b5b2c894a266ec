"""`import_billing` with arguments, sources and lakes that cannot work: one line, an exit code, nothing written."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import load_command_class

from hub.addresses import LakeAddress
from pipelines.billing.entities import Product
from pipelines.engine.models import Batch, QuarantineEntry, Run, Watermark
from tests.conftest import LakeFolder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenants", "now", "all_tenants")]

MARKER = "ada@marker.example"
HEADER = (
    "id,name,sku,product_number,category,description,effective_start_date,effective_end_date,"
    "created_date,updated_date,is_deleted"
)
ROW = (
    "{id},Paper,PAPER-1,PC-00000001,,{text},2020-01-01,2030-01-01,"
    "2020-01-01 00:00:00,2025-01-10 08:00:00,false"
)


@pytest.fixture(autouse=True)
def billing_lake(lake: LakeFolder, settings: Any) -> LakeFolder:
    settings.LAKE = LakeAddress(kind="duckdb", folder=lake.folder)
    return lake


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str]):
    """Run the command line; give exit code, standard output and standard error."""

    def run(*flags: str) -> tuple[Any, str, str]:
        command = load_command_class("pipelines.billing", "import_billing")
        with pytest.raises(SystemExit) as ended:
            command.run_from_argv(["manage.py", "import_billing", *flags])
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    return run


def products(lake: LakeFolder, *texts: str, header: str = HEADER) -> None:
    lines = [header, *(ROW.format(id=f"{number:032x}", text=text) for number, text in enumerate(texts))]
    lake.write("nordlicht/billing/product/part.csv", "\n".join(lines))


def written() -> int:
    return sum(model.objects.count() for model in (Product, Batch, Watermark, QuarantineEntry))


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--brand", "nobody"], 2, "there is no brand 'nobody' | known: lumiere, nordlicht, polder"),
        (["--entity", "nothing"], 2, "there is no entity 'nothing' | known: account,"),
        (["--until", "2025-01-01"], 2, "--until needs --since"),
        (["--since", "2025-02-01", "--until", "2025-01-01"], 2, "--since is not before --until"),
        (["--since", "soon"], 2, "--since 'soon' is no date or time"),
        (["--full", "--since", "2025-01-01"], 2, "--full and --since exclude each other"),
        (["--limit", "0"], 2, "--limit must be at least 1"),
        (["--limit", "many"], 2, "--limit"),
        (["--chunk-rows", "-1"], 2, "--chunk-rows must be between 1 and 1000000"),
        (["--max-quarantined", "50"], 2, "--max-quarantined is a share"),
        (["--nonsense"], 2, "--nonsense"),
    ],
)
def test_flags_that_cannot_work(typed, flags: list[str], code: int, said: str) -> None:
    got, out, err = typed(*flags)
    assert (got, out, err.count("\n"), said in err) == (code, "", 1, True)
    assert (written(), Run.objects.count()) == (0, 0)


@pytest.mark.parametrize("flags", [["--brand", "nobody"], ["--until", "2025-01-01"], ["--nonsense"]])
def test_with_json_the_complaint_is_one_object(typed, flags: list[str]) -> None:
    code, out, err = typed("--json", *flags)
    assert (code, err, json.loads(out)["status"]) == (2, "", "failed")


def test_a_lake_folder_that_is_not_there(typed, settings: Any, tmp_path: Path) -> None:
    settings.LAKE = LakeAddress(kind="duckdb", folder=tmp_path / "away")
    code, out, err = typed()
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "away does not exist | set LAKE_URL" in err


def test_no_active_brand(typed, tenants: dict) -> None:
    for tenant in tenants.values():
        tenant.active = False
        tenant.save()
    code, _, err = typed()
    assert (code, err.count("\n"), "no active brand" in err) == (1, 1, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml", "mine.toml cannot be read"),
        ('[source]\ntenant = "polder"\n[entities]\ninvoise = {}', "'invoise'"),
    ],
)
def test_a_source_file_that_cannot_be_used(
    typed, settings: Any, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "mine.toml").write_text(text)
    settings.HUB_SOURCES_DIR = str(tmp_path)
    code, out, err = typed()
    assert (code, out, err.count("\n"), said in err) == (1, "", 1, True)


def test_a_sources_folder_that_is_not_there(typed, settings: Any, tmp_path: Path) -> None:
    settings.HUB_SOURCES_DIR = str(tmp_path / "away")
    code, _, err = typed()
    assert (code, err.count("\n"), "HUB_SOURCES_DIR" in err) == (1, 1, True)


def test_a_column_that_is_missing_fails_its_entity_and_no_other(typed, lake: LakeFolder) -> None:
    products(lake, "x", header=HEADER.replace("sku,", "other,"))
    code, out, _ = typed("--json", "--brand", "nordlicht")
    entities = {entity["entity"]: entity for entity in json.loads(out)["entities"]}
    assert (code, entities["product"]["status"], entities["account"]["status"]) == (1, "failed", "done")
    assert "product needs column sku" in entities["product"]["error"]
    assert (written(), Run.objects.get().status) == (0, "failed")


def test_a_column_that_is_missing_is_told_without_a_traceback(typed, lake: LakeFolder) -> None:
    products(lake, "x", header=HEADER.replace("sku,", "other,"))
    _, out, err = typed("--brand", "nordlicht")
    assert "Traceback" not in out + err
    assert "product needs column sku" in " ".join(out.split())


def test_a_run_that_works_is_one_object(typed, lake: LakeFolder) -> None:
    products(lake, "x", "y")
    code, out, _ = typed("--json", "--brand", "nordlicht", "--entity", "product")
    report = json.loads(out)
    assert (code, report["status"], report["total"]["created"]) == (0, "done", 2)


def test_rows_show_in_no_output(typed, lake: LakeFolder) -> None:
    products(lake, MARKER, f"write, {MARKER}")
    for flags in (["--dry-run"], ["--json"], ["--full"]):
        _code, out, err = typed("--brand", "nordlicht", "--entity", "product", *flags)
        assert MARKER not in out + err
