"""Routes of audit."""

from __future__ import annotations

from django.urls import URLPattern, path

from allay_web.audit import views

app_name = "audit"
urlpatterns: list[URLPattern] = [path("program/audit/", views.trail, name="trail")]
