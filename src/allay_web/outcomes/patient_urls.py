"""Routes a patient opens with a private link; the token is all an address says."""

from __future__ import annotations

from django.urls import path

from allay_web.outcomes.views import patient

app_name = "patient"
urlpatterns = [
    path("<slug:token>/", patient.link, name="link"),
    path("<slug:token>/goals/", patient.goals, name="goals"),
    path("<slug:token>/question/<int:number>/", patient.question, name="question"),
    path("<slug:token>/help/", patient.crisis, name="help"),
    path("<slug:token>/review/", patient.review, name="review"),
    path("<slug:token>/thanks/", patient.thanks, name="thanks"),
    path("<slug:token>/call/", patient.call, name="call"),
]
