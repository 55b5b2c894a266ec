"""The documentation speaks of things that exist: files, commands, flags, targets, settings, reason codes."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from pipelines.engine import contract, source_file
from pipelines.engine.admin.filters import REASONS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = [path for room in ("hub", "audit", "pipelines") for path in sorted((ROOT / room).rglob("*.py"))]
COMMANDS = (
    "import_billing", "reconcile_keys", "replay_quarantine", "check_cases", "doctor", "generate_lake", "demo",
    "enrich_billing", "preview_rules", "explain_text", "assemble_orders",
    "deliver", "prune_deliveries",
)  # fmt: skip
MAKEFILE = (ROOT / "Makefile").read_text()
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
EVERYTHING = "\n".join(TEXT.values())

page_by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@page_by_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", without_code(TEXT[page])):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@page_by_page
def test_every_command_on_a_page_exists(page: Path) -> None:
    assert set(re.findall(r"manage\.py ([a-z_]+)", TEXT[page])) <= set(get_commands())


@page_by_page
def test_every_make_target_on_a_page_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", TEXT[page], re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


@page_by_page
def test_every_page_is_linked_from_the_index_or_the_readme(page: Path) -> None:
    if page.parent == ROOT:
        return
    entrances = [ROOT / "README.md", ROOT / "docs" / "index.md"]
    linked = {
        (entrance.parent / target.partition("#")[0]).resolve()
        for entrance in entrances
        for target in re.findall(r"\]\(([^)]+)\)", TEXT[entrance])
    }
    assert page in linked


@page_by_page
def test_no_page_names_a_folder_of_somebodys_machine(page: Path) -> None:
    assert not re.findall(r"/(?:work|home|root|Users)/", TEXT[page])


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name == "adr"], ids=lambda page: page.stem
)
def test_every_decision_record_has_its_four_parts(page: Path) -> None:
    titles = re.findall(r"^## (.+)$", TEXT[page], re.MULTILINE)
    assert titles == ["Context", "Decision", "Consequences", "Turned down"]
    assert TEXT[page].startswith(f"# {int(page.stem[:4])}. ")


def test_every_page_that_the_code_refers_to_exists() -> None:
    named = {
        name for path in CODE for name in re.findall(r"docs/[\w/.-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_file_of_the_code_that_a_page_names_exists() -> None:
    named = set(re.findall(r"`((?:hub|audit|pipelines|tests|bench)/[\w/.-]+)`", EVERYTHING))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_of_a_command_is_documented(name: str) -> None:
    page = TEXT[ROOT / "docs" / "reference" / "commands.md"]
    help_text = StringIO()
    load_command_class(get_commands()[name], name).create_parser("manage.py", name).print_help(help_text)
    flags = set(re.findall(r"--[a-z][a-z-]+", help_text.getvalue()))
    assert f"## {name}\n" in page
    assert [flag for flag in sorted(flags) if f"`{flag}" not in page] == []


def test_every_flag_on_a_page_exists() -> None:
    known = "--help"
    for name in COMMANDS:
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        known += parser.format_help()
    named = set(re.findall(r"`(--[a-z][a-z-]+)", EVERYTHING))
    assert [flag for flag in sorted(named) if not re.search(rf"{flag}(?![\w-])", known)] == []


def test_every_setting_of_the_example_file_is_read_and_documented() -> None:
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    settings = (ROOT / "hub" / "settings.py").read_text()
    assert names
    assert [name for name in names if f'"{name}"' not in settings] == []
    assert [name for name in names if f"`{name}`" not in EVERYTHING] == []


def test_every_setting_that_is_read_is_documented() -> None:
    settings = (ROOT / "hub" / "settings.py").read_text()
    read = set(re.findall(r'(?:env|flag|secret|key_bytes)\("([A-Z_]+)"', settings))
    page = TEXT[ROOT / "docs" / "reference" / "settings.md"]
    assert [name for name in sorted(read) if f"`{name}`" not in page] == []


def test_every_reason_code_of_the_quarantine_is_explained() -> None:
    rooms = [path for path in CODE if {"engine", "lake"} & set(path.parts)]
    text = "\n".join(path.read_text(encoding="utf-8") for path in rooms)
    codes = set(re.findall(r'(?:code=|_refused\()"([a-z_]+)"', text)) | REASONS.keys()
    page = TEXT[ROOT / "docs" / "how-to" / "respond-to-quarantine.md"]
    assert [code for code in sorted(codes) if f"| `{code}` |" not in page] == []
    assert sorted(codes - REASONS.keys()) == []


def test_every_key_of_a_source_file_is_explained() -> None:
    page = TEXT[ROOT / "docs" / "how-to" / "add-a-source.md"]
    known = [
        *source_file._HEAD_KEYS,
        *source_file._FORMAT_KEYS,
        *source_file._TABLE_KEYS,
        *contract.CONTRACT_KEYS,
    ]
    assert [key for key in known if f"| `{key}` |" not in page] == []
    versions = page.partition("### Versions")[2]
    assert [key for key in contract.VERSION_KEYS if f"`{key}`" not in versions] == []


def test_the_readme_stays_short() -> None:
    assert len(TEXT[ROOT / "README.md"].splitlines()) <= 120
