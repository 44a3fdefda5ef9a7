"""Routes of enrolment."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from allay_web.enrolment import decision_views, sheet_views, views

app_name = "enrolment"
urlpatterns: list[URLPattern | URLResolver] = [
    path("referrals/", views.referrals, name="referrals"),
    path("referrals/new/", views.new, name="new"),
    path("referrals/import/", sheet_views.import_referrals, name="import_referrals"),
    path("referrals/import/template.csv", sheet_views.template, name="sheet_template"),
    path("referrals/import/<int:upload>/", sheet_views.check, name="check_sheet"),
    path("referrals/<int:referral>/", views.referral, name="referral"),
    path("referrals/<int:referral>/next-step/", views.next_step, name="next_step"),
    path("referrals/<int:referral>/contacts/", views.contact, name="contact"),
    path("referrals/<int:referral>/accept/", decision_views.accept, name="accept"),
    path("referrals/<int:referral>/decline/", decision_views.decline, name="decline"),
    path("referrals/<int:referral>/wait/", decision_views.wait, name="wait"),
    path("referrals/<int:referral>/resume/", decision_views.resume, name="resume"),
    path("patients/<int:episode>/end/", decision_views.end, name="end"),
]
