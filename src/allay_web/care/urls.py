"""Routes of care."""

from __future__ import annotations

from django.urls import path

from allay_web.care import views

app_name = "care"
urlpatterns = [
    path("patients/<int:episode>/", views.patient, name="patient"),
    path("patients/<int:episode>/goals/", views.goals, name="goals"),
    path("goals/<int:goal>/rate/", views.rate, name="rate"),
]
