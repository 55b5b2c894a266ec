"""What a record's page is made of: blocks of facts, tables and notices, with the links between pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.navigation import LINK, list_address, may_see, page_address


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of a page: a template, its title, and what the template needs as `block.data`.

    `reveal` is where to ask for the clear text of what it shows as dots.
    """

    template: str
    title: str = ""
    data: Any = None
    reveal: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label with its value; the note says more on hover."""

    label: str
    value: Any
    note: str = ""
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Headers and rows of cells; from column `numbers_from` on they are numbers. `foot` is a last, bold row.

    `wrap_last`: the last column holds sentences.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers_from: int = 99
    wrap_last: bool = False
    foot: Sequence[Any] = field(default_factory=list)


def facts(title: str, *given: Fact) -> Block:
    return Block(template="audit/blocks/facts.html", title=title, data=given)


def table(title: str, data: Table) -> Block:
    return Block(template="audit/blocks/table.html", title=title, data=data)


def notice(title: str, text: str, *, tone: str = "danger", command: str = "", about: str = "") -> Block:
    """A coloured box: what is the matter, what to type, and what all of it is about."""
    data = {"text": text, "tone": tone, "command": command, "about": about}
    return Block(template="audit/blocks/notice.html", title=title, data=data)


def badge(text: str, tone: str = "", note: str = "") -> SafeString:
    """Unfold's label."""
    return render_to_string(
        "unfold/helpers/label.html", {"text": text, "type": tone, "size": "md", "label_title": note}
    )


def code(text: str) -> SafeString:
    """Something to type."""
    return format_html('<code style="overflow-wrap: anywhere">{}</code>', text)


def record_link(model: str, key: object, text: str = "") -> SafeString:
    """A link to the page of a record of a model ("engine.run"); plain text for whoever may not see it."""
    return _link(page_address(model, str(key)), text or key)


def list_link(model: str, text: str, /, **filters: object) -> SafeString:
    """A link to a model's list with filters set; plain text for whoever may not see it."""
    return _link(list_address(model, **filters) if may_see(model) else "", text)


def unbroken(text: str, note: str = "") -> SafeString:
    """Text that stays on one line; the note on hover."""
    return format_html('<span title="{}" class="whitespace-nowrap">{}</span>', note, text)


def start_of(text: str, length: int = 28) -> SafeString:
    """The start of a long list; the whole of it on hover."""
    return unbroken(text if len(text) <= length else f"{text[:length]}…", text)


def _link(address: str, text: object) -> SafeString:
    if not address:
        return format_html("{}", text)
    return format_html('<a class="{}" href="{}">{}</a>', LINK, address, text)
