"""Routes of worklist."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "worklist"
urlpatterns: list[URLPattern | URLResolver] = []
