"""The work list's replay, through the room that knows where the rows are read from."""

import pytest
from django.urls import reverse

from hub.tenancy import every_tenant
from pipelines.billing.entities.contact import Contact
from pipelines.engine.admin.worklist import token_of
from pipelines.engine.models import QuarantineEntry, Run
from pipelines.engine.worklist import groups
from tests.billing.conftest import BRAND, Deliveries, example

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.mark.parametrize("model", [Contact])
def test_a_group_comes_in_once_its_source_file_says_how(
    deliveries: Deliveries, settings, client, django_user_model, tmp_path
) -> None:
    rows = [example(Contact, number, created_date="unknown") for number in range(3)]
    with every_tenant():
        deliveries.deliver(*rows, *(example(Contact, number) for number in range(10, 40)))
        deliveries.run(max_quarantined=1.0)
        (group,) = groups(most=5)
    source = tmp_path / "sources" / f"{BRAND}.toml"
    text = source.read_text(encoding="utf-8")
    source.write_text(
        text.replace('null_markers = ["NULL"]', 'null_markers = ["NULL", "unknown"]').replace(
            "contact = {}", 'contact = { absent = ["created_date"] }'
        ),
        encoding="utf-8",
    )
    client.force_login(django_user_model.objects.create_superuser("ada"))
    answer = client.post(
        reverse("admin:engine_quarantinegroup_changelist"),
        {"group": token_of(group), "what": "replay"},
        follow=True,
    )
    assert "all 3 rows came in" in answer.content.decode()
    with every_tenant():
        assert Contact.unscoped.count() == 33
        assert not QuarantineEntry.objects.filter(status="open").exists()
        run = Run.objects.filter(job="replay_quarantine").get()
    assert (run.actor, run.status) == ("user ada", "done")
