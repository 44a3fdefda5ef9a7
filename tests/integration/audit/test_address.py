"""Where a request comes from, with and without proxies of our own."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from allay_web.audit.middleware import address_of

SPEC = [
    # proxies of ours, X-Forwarded-For, what is believed
    (0, None, "127.0.0.1"),
    (0, "203.0.113.9", "127.0.0.1"),
    (1, "203.0.113.9", "203.0.113.9"),
    (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
    (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
    (2, "203.0.113.9", "127.0.0.1"),
    (1, "2001:db8::1", "2001:db8::1"),
    (1, "<script>", "127.0.0.1"),
    (1, "", "127.0.0.1"),
]


@pytest.mark.parametrize(("proxies", "told", "believed"), SPEC)
def test_address(settings, proxies, told, believed):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {} if told is None else {"X-Forwarded-For": told}
    assert address_of(RequestFactory().get("/", headers=headers)) == believed
