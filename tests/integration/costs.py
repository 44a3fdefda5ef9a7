"""What a page costs: how many statements the database is asked for one."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def cost(client: Client, address: str) -> int:
    """How many statements it takes to show a page that works."""
    client.get(address)  # the first request of a session costs more
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200
    return len(statements)
