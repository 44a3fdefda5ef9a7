"""Routes of enrolment."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "enrolment"
urlpatterns: list[URLPattern | URLResolver] = []
