"""Routes of insight."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "insight"
urlpatterns: list[URLPattern | URLResolver] = []
