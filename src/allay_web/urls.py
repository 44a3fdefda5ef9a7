"""Every route of the application. Anything of a program lies under `/p/<program>/`."""

from __future__ import annotations

from django.urls import include, path

from allay_web.ui.pages import health, home

program_routes = [
    path("", include("allay_web.worklist.urls")),
    path("", include("allay_web.enrolment.urls")),
    path("", include("allay_web.people.urls")),
    path("", include("allay_web.outcomes.urls")),
    path("", include("allay_web.care.urls")),
    path("", include("allay_web.insight.urls")),
    path("", include("allay_web.access.urls")),
    path("", include("allay_web.audit.urls")),
]

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("account/", include("allay_web.accounts.urls")),
    path("q/", include("allay_web.outcomes.patient_urls")),
    path("p/<slug:program>/", include(program_routes)),
]

handler400 = "allay_web.ui.errors.bad_request"
handler403 = "allay_web.ui.errors.forbidden"
handler404 = "allay_web.ui.errors.not_found"
handler500 = "allay_web.ui.errors.server_error"
handler429 = "allay_web.accounts.views.too_many"  # allauth looks for it here
