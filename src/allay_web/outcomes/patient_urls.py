"""Routes a patient opens with a private link."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "patient"
urlpatterns: list[URLPattern | URLResolver] = []
