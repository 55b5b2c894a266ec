"""Pages for what went wrong."""

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse


def test_an_unknown_address_leads_back(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_what_nobody_may_do_is_not_told_as_a_lack_of_permission(staff):
    html = staff.get(reverse("admin:engine_run_add")).content.decode()
    assert "lacks the permission" not in html
    assert "the hub itself writes these records" in html


def test_a_forbidden_page_says_so_and_leads_back(viewer):
    answer = viewer.get(reverse("admin:engine_tenant_changelist"))
    assert answer.status_code == 403
    assert "lacks the permission" in answer.content.decode()
    assert f'href="{reverse("admin:index")}"' in answer.content.decode()


def test_a_server_error_can_be_shown_without_a_request():
    assert "Something went wrong" in render_to_string("500.html")


def test_the_icon_that_browsers_ask_for_exists(client):
    target = client.get("/favicon.ico")["Location"]
    assert finders.find(target.removeprefix("/static/"))
