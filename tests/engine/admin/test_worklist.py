"""The quarantine's work list as a page: what it shows, to whom, and what can be done."""

import re

import pytest
from django.urls import reverse

from audit.models import Mutation
from hub.errors import LockedError
from pipelines.engine.admin.filters import REASONS
from pipelines.engine.admin.remedies import REMEDIES
from pipelines.engine.admin.worklist import group_of, token_of
from pipelines.engine.counts import Counts
from pipelines.engine.models import QuarantineEntry
from pipelines.engine.replay import Replayer, replayers
from pipelines.engine.reports import EntityReport, RunReport
from pipelines.engine.worklist import AT_ONCE, Group
from tests.engine.admin.conftest import address, shown

PAGE = "quarantinegroup"


@pytest.fixture
def token(entry) -> str:
    (group,) = [
        Group(
            tenant=str(entry.tenant),
            entity=entry.entity,
            code=entry.code,
            columns=entry.columns,
            file=entry.file,
        )
    ]
    return token_of(group)


@pytest.fixture
def replays(monkeypatch):
    """What was asked of the room that replays payments; it answers with a report."""
    asked = []

    def replay(selection, tenant, entity, by):
        asked.append((selection, tenant, entity, by))
        report = RunReport(job="replay_quarantine")
        counts = Counts(read=2, created=1, quarantined=1)
        report.entities.append(EntityReport(tenant=tenant, entity=entity, counts=counts))
        return report

    own = Replayer(name="test", entities=lambda: ["payment"], replay=replay)
    monkeypatch.setattr(replayers, "_entries", {"test": own})
    return asked


def act(client, **posted):
    return client.post(address(PAGE), posted, follow=True).content.decode()


def test_every_reason_has_a_remedy():
    assert sorted(REMEDIES) == sorted(REASONS)


def test_a_group_is_shown_with_what_is_the_matter_and_what_helps(staff, entry):
    html = shown(staff, address(PAGE))
    assert "nordlicht / payment" in html
    assert "comment, gateway_response" in html
    assert "can be read in more than one way" in html
    assert "Ask the exporter to quote" in html
    assert re.search(r">1<span[^>]*> waiting<", html)


def test_an_empty_list_says_so(staff):
    assert "Nothing waits" in shown(staff, address(PAGE))
    assert "Nothing waits here" in shown(staff, address(PAGE) + "?tenant=polder")


def test_it_is_in_the_side_bar_of_whoever_may_see_the_quarantine(viewer, entry):
    html = shown(viewer, address(PAGE))
    assert f'href="{address(PAGE)}"' in html
    assert "nordlicht / payment" in html


def test_who_may_not_see_the_quarantine_sees_no_work_list(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("chen", is_staff=True))
    assert client.get(address(PAGE)).status_code == 403


def test_who_may_only_look_is_offered_nothing_to_do(viewer, token):
    assert "Dismiss the chosen" not in shown(viewer, address(PAGE))
    assert viewer.post(address(PAGE), {"group": token, "what": "dismiss", "reason": "x"}).status_code == 403
    assert QuarantineEntry.objects.get().status == "open"


def test_dismissing_needs_a_reason(staff, token):
    assert "needs a reason" in act(staff, group=token, what="dismiss", reason="  ")
    assert QuarantineEntry.objects.get().status == "open"


def test_a_group_is_dismissed_with_a_reason(staff, token):
    assert "1 rows are dismissed" in act(staff, group=token, what="dismiss", reason="test data")
    assert QuarantineEntry.objects.get().status == "dismissed"
    assert Mutation.objects.get().reason == "test data"


def test_a_group_is_replayed_in_the_name_of_the_person(staff, token, entry, replays):
    html = act(staff, group=token, what="replay")
    ((selection, tenant, entity, by),) = replays
    assert (selection.code, selection.columns, selection.file) == (entry.code, entry.columns, entry.file)
    assert (selection.most, tenant, entity, by.kind, by.id) == (
        AT_ONCE,
        "nordlicht",
        "payment",
        "user",
        "ada",
    )
    assert "1 of 2 rows came in" in html


def test_a_replay_that_cannot_be_is_told(staff, token, replays, monkeypatch):
    def locked(*given):
        raise LockedError("nordlicht/payment is being worked on", hint="wait")

    own = Replayer(name="test", entities=lambda: ["payment"], replay=locked)
    monkeypatch.setattr(replayers, "_entries", {"test": own})
    assert "is being worked on (wait)" in act(staff, group=token, what="replay")


def test_an_entity_that_nobody_replays_is_told(staff, token, monkeypatch):
    monkeypatch.setattr(replayers, "_entries", {})
    assert "no longer imported" in act(staff, group=token, what="replay")


def test_nothing_chosen_does_nothing(staff, entry):
    assert "No group was chosen" in act(staff, what="dismiss", reason="x")
    assert "No group was chosen" in act(staff, group="nonsense", what="dismiss", reason="x")


def test_the_next_one_is_the_oldest_that_waits(staff, token, entry):
    answer = staff.get(address(PAGE), {"next": token})
    assert answer["Location"] == address("quarantineentry", entry.pk)
    QuarantineEntry.objects.update(status="dismissed")
    assert "None of these waits" in staff.get(address(PAGE), {"next": token}, follow=True).content.decode()


@pytest.mark.parametrize("word", ["", "x", "AAAA", "bnVsbA==", "WzEsMiwzLDQsNV0=", "é", "W10="])
def test_a_word_that_names_no_group_is_none(word):
    assert group_of(word) is None


def test_pages_follow_each_other(staff, entry, monkeypatch):
    monkeypatch.setattr("pipelines.engine.admin.worklist.GROUPS_A_PAGE", 1)
    values = {
        name: getattr(entry, name) for name in ("tenant", "entity", "source", "line", "position", "code")
    }
    QuarantineEntry.objects.create(
        **values, id=1003, fingerprint=b"g" * 16, file="other", sealed=b"", sealed_on=entry.sealed_on,
        expires_on=entry.expires_on, first_run_id=1, last_run_id=1, created_at=entry.created_at,
    )  # fmt: skip
    first = shown(staff, address(PAGE))
    link = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
    assert link
    second = shown(staff, address(PAGE) + link[1].replace("&amp;", "&"))
    assert ("Further groups" in first, "Further groups" in second) == (True, False)
    assert "From the beginning" in second
    assert {"part-1.csv" in first, "part-1.csv" in second} == {True, False}


def test_an_address_of_one_group_leads_to_the_list(staff, entry):
    assert staff.get(address(PAGE, entry.pk))["Location"] == address(PAGE)


def test_the_front_page_leads_to_it(staff, entry, settings):
    settings.UNFOLD = settings.UNFOLD | {"DASHBOARD_CALLBACK": "hub.cards.dashboard"}
    assert reverse("admin:engine_quarantinegroup_changelist") in shown(staff, reverse("admin:index"))
