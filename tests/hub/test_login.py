"""The way in."""

import pytest
from django.urls import reverse


@pytest.fixture(autouse=True)
def static_root(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)  # WhiteNoise warns about one that does not exist


def test_a_wrong_password_is_told_once_and_no_site_is_promised(client, db):
    html = client.post(reverse("admin:login"), {"username": "ada", "password": "x"}).content.decode()
    assert html.count("errornote") == 1
    assert "Return to site" not in html
