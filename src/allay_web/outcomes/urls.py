"""Routes of outcomes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from allay_web.outcomes import registry_views

app_name = "outcomes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("program/import/", registry_views.choose, name="registry_import"),
    path("program/import/<int:upload>/", registry_views.check, name="registry_check"),
]
