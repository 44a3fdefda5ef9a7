"""Routes of access."""

from __future__ import annotations

from django.urls import URLPattern, path

from allay_web.access import views

app_name = "access"
urlpatterns: list[URLPattern] = [
    path("program/members/", views.members, name="members"),
    path("program/members/<int:member>/role/", views.change_role, name="change_role"),
    path("program/members/<int:member>/active/", views.set_active, name="set_active"),
]
