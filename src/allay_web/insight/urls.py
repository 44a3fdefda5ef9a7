"""Routes of insight."""

from __future__ import annotations

from django.urls import path

from allay_web.insight import views

app_name = "insight"
urlpatterns = [
    path("program/", views.dashboard, name="dashboard"),
    path("program/report.<str:fmt>", views.report, name="report"),
]
