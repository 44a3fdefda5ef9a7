"""Routes of outcomes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from allay_web.outcomes import registry_views
from allay_web.outcomes.views import entry, staff

app_name = "outcomes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("program/import/", registry_views.choose, name="registry_import"),
    path("program/import/<int:upload>/", registry_views.check, name="registry_check"),
    path("patients/<int:episode>/forms/", staff.forms, name="forms"),
    path("patients/<int:episode>/forms/link/", staff.link, name="link"),
    path("links/<int:link>/withdraw/", staff.revoke, name="revoke"),
    path("forms/<int:assignment>/enter/", entry.enter, name="enter"),
    path("forms/<int:assignment>/act-now/", entry.act_now, name="act_now"),
]
