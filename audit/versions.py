"""Pages of what people edit here: every version is kept, and may be gone back to."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from audit.filters import is_number
from audit.lists import ListAdmin


class VersionedAdmin(SimpleHistoryAdmin, ListAdmin):  # type: ignore[misc]  # the history ships no types
    """Whoever may see a record sees its versions; going back to one is a change."""

    object_history_form_template = "audit/version.html"
    object_history_list_template = "audit/versions.html"

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not is_number(version_id):
            raise Http404
        record = self.get_object(request, unquote(object_id))
        if request.method == "POST" and not self.has_change_permission(request, record):
            raise PermissionDenied
        page: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return page
