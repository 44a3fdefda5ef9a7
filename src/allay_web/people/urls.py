"""Routes of people."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from allay_web.people import views

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("patients/", views.patients, name="patients"),
    path("patients/<int:patient>/edit/", views.edit, name="edit"),
    path("patients/<int:keep>/merge/<int:drop>/", views.merge, name="merge"),
]
