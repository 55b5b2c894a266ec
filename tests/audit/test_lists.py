"""Every list of the admin, whatever it shows: filtered and sorted as it declares, and in no other way."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.db.models import Model
from django.test import RequestFactory

from audit.lists import ListAdmin, ReadOnlyAdmin
from hub import personal

LOOKUPS = ("", "__regex", "__startswith", "__icontains", "__gt", "__in", "__isnull")
ADMINS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
each_list = pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.label_lower)

pytestmark = pytest.mark.usefixtures("db", "all_tenants")


@pytest.fixture
def asked(django_user_model):
    """A list as it is made for a query string."""
    user = django_user_model.objects.create_superuser("ada")

    def answer(model: type[Model], query: str) -> Any:
        request = RequestFactory().get(f"/?{query}")
        request.user = user
        return admin.site._registry[model].get_changelist_instance(request)

    return answer


@each_list
def test_personal_columns_cannot_be_guessed_through_the_query_string(asked, model):
    secrets = personal.columns_of(model._meta.label_lower) | (
        {"password"} if model.__name__ == "User" else set()
    )
    for column in sorted(secrets):
        for lookup in LOOKUPS:
            with pytest.raises(DisallowedModelAdminLookup):
                asked(model, f"{column}{lookup}=1")


@each_list
def test_no_column_is_searched_in_a_way_that_reads_the_whole_table(asked, model):
    for field in model._meta.concrete_fields:
        with pytest.raises(DisallowedModelAdminLookup):
            asked(model, f"{field.name}__contains=1")


@each_list
def test_every_list_is_made_of_the_base_that_refuses(model):
    assert isinstance(admin.site._registry[model], ListAdmin)


@each_list
def test_a_large_table_is_never_sorted_by_a_column(asked, model):
    if not isinstance(admin.site._registry[model], ReadOnlyAdmin):
        return
    assert asked(model, "o=2.-3").queryset.query.order_by == asked(model, "").queryset.query.order_by


def test_a_refused_filter_is_answered_with_words(client, django_user_model, settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)  # WhiteNoise warns about one that does not exist
    client.force_login(django_user_model.objects.create_superuser("ada"))
    answer = client.get("/admin/billing/contact/?work_email__regex=^mari.*")
    assert answer.status_code == 400
    assert "Lists are filtered by the filters they show" in answer.content.decode()
