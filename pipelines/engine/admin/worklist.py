"""The quarantine's work list: open entries in groups that are alike, what helps, and what can be done with a group."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse

from audit.context import Actor
from audit.lists import ReadOnlyAdmin
from hub import clock
from hub.errors import HubError
from hub.navigation import list_address, page_address
from pipelines.engine.admin import words
from pipelines.engine.admin.blocks import file_told, imported_models
from pipelines.engine.admin.filters import REASONS
from pipelines.engine.admin.remedies import REMEDIES
from pipelines.engine.models import QuarantineGroup, Tenant
from pipelines.engine.replay import replayers
from pipelines.engine.reports import RunReport
from pipelines.engine.worklist import AT_ONCE, COUNTED, FIELDS, Group, dismiss_group, groups

GROUPS_A_PAGE = 25
MOST_CHOSEN = GROUPS_A_PAGE
LONGEST_REASON = 500
ENTRIES = "engine.quarantineentry"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A group as a line of the page."""

    group: Group
    token: str
    number: str
    newest: str
    file: str
    reason: str
    remedy: str
    entries: str
    next: str


@admin.register(QuarantineGroup)
class WorkListAdmin(ReadOnlyAdmin):
    """One page, and no page of a group: its entries have theirs."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("engine.view_quarantineentry"))

    def may_act(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("engine.change_quarantineentry"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._act(request)
        if token := request.GET.get("next"):
            return _next_entry(request, token)
        return TemplateResponse(request, "engine/worklist.html", self._context(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return HttpResponseRedirect(list_address("engine.quarantinegroup"))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        tenant, entity = request.GET.get("tenant", ""), request.GET.get("entity", "")
        after = group_of(request.GET.get("after", ""))
        found = groups(tenant=tenant, entity=entity, after=after, most=GROUPS_A_PAGE + 1)
        page = found[:GROUPS_A_PAGE]
        following = {"tenant": tenant, "entity": entity, "after": token_of(page[-1])} if page else {}
        return {
            **self.admin_site.each_context(request),
            "title": "Quarantine work list",
            "opts": self.opts,
            "lines": [_shown(group) for group in page],
            "tenants": [(each.code, each.name) for each in Tenant.objects.all()],
            "entities": sorted(imported_models()),
            "tenant": tenant,
            "entity": entity,
            "started": after is not None,
            "following": f"?{urlencode(following)}" if len(found) > GROUPS_A_PAGE else "",
            "first": f"?{urlencode({'tenant': tenant, 'entity': entity})}",
            "may_act": self.may_act(request),
            "at_once": words.count(AT_ONCE),
            "longest_reason": LONGEST_REASON,
        }

    def _act(self, request: HttpRequest) -> HttpResponse:
        if not self.may_act(request):
            raise PermissionDenied
        chosen = [
            group for token in request.POST.getlist("group")[:MOST_CHOSEN] if (group := group_of(token))
        ]
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
        what = request.POST.get("what")
        if not chosen:
            messages.warning(request, "No group was chosen.")
        elif what == "replay":
            for group in chosen:
                _replay(request, group)
        elif what == "dismiss" and not reason:
            messages.warning(request, "Dismissing needs a reason: it is kept in the trail.")
        elif what == "dismiss":
            number = sum(dismiss_group(group, reason=reason) for group in chosen)
            messages.success(request, f"{words.count(number)} rows are dismissed.")
        return HttpResponseRedirect(_back(request.GET))


def _replay(request: HttpRequest, group: Group) -> None:
    """One run a group, in the name of the person; what comes of it is told."""
    told = f"{group.tenant}/{group.entity}, {group.code}"
    room = next((each for each in replayers if group.entity in each.entities()), None)
    if room is None:
        messages.error(request, f"{told}: this entity is no longer imported.")
        return
    by = Actor(kind="user", id=request.user.get_username())
    try:
        report = room.replay(group.selection(), group.tenant, group.entity, by)
    except HubError as error:
        messages.error(request, f"{told}: {error.message}" + (f" ({error.hint})" if error.hint else ""))
        return
    _tell(request, told, report)


def _tell(request: HttpRequest, told: str, report: RunReport) -> None:
    errors = [entity.error for entity in report.entities if entity.error]
    if errors:
        messages.error(request, f"{told}: {errors[0]}")
        return
    counts = report.total
    taken = counts.read - counts.quarantined
    text = f"{told}: {words.count(taken)} of {words.count(counts.read)} rows came in, the others wait."
    if not counts.quarantined:
        text = f"{told}: all {words.count(taken)} rows came in."
    (messages.success if taken else messages.warning)(request, text)


def _next_entry(request: HttpRequest, token: str) -> HttpResponse:
    """The oldest entry of a group that is still open."""
    group = group_of(token)
    entry = group.oldest() if group else None
    if entry is None:
        messages.info(request, "None of these waits any more.")
        return HttpResponseRedirect(list_address("engine.quarantinegroup"))
    return HttpResponseRedirect(page_address(ENTRIES, str(entry.pk)))


def _back(query: QueryDict) -> str:
    kept = {name: query[name] for name in ("tenant", "entity", "after") if query.get(name)}
    return f"{list_address('engine.quarantinegroup')}?{urlencode(kept)}"


def _shown(group: Group) -> Shown:
    number, newest, token = group.counted(), group.newest(), token_of(group)
    return Shown(
        group=group,
        token=token,
        number=f"{words.count(COUNTED)}+" if number > COUNTED else words.count(number),
        newest=words.age(newest, clock.now()),
        file=file_told(group.file),
        reason=REASONS.get(group.code, ""),
        remedy=REMEDIES.get(group.code, ""),
        entries=list_address(
            ENTRIES, status="open", tenant=group.tenant, entity=group.entity, code=group.code
        ),
        next=list_address("engine.quarantinegroup", next=token),
    )


def token_of(group: Group) -> str:
    """A group as one word, for addresses and forms; it names what is looked for and proves nothing."""
    values = [group.values[name] for name in FIELDS]
    return urlsafe_b64encode(orjson.dumps(values)).decode()


def group_of(token: str) -> Group | None:
    """The group a word stands for; None for any other word."""
    try:
        values = orjson.loads(urlsafe_b64decode(token.encode()))
    except ValueError:
        return None
    texts = isinstance(values, list) and len(values) == len(FIELDS)
    if not texts or not all(isinstance(value, str) for value in values):
        return None
    return Group(**dict(zip(FIELDS, values, strict=True)))
