"""Routes of the worklist."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from allay_web.worklist import duty_views, views

app_name = "worklist"
urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", views.today, name="today"),
    path("tasks/<int:task>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("tasks/<int:task>/close/", views.close, name="close"),
    path("tasks/<int:task>/snooze/", views.snooze, name="snooze"),
    path("tasks/<int:task>/hand-over/", views.hand_over, name="hand_over"),
    path("settings/", duty_views.duty, name="duty"),
    path("settings/shifts/", duty_views.add_shift, name="add_shift"),
    path("settings/shifts/<int:shift>/remove/", duty_views.remove_shift, name="remove_shift"),
    path("settings/absences/", duty_views.add_absence, name="add_absence"),
    path("settings/absences/<int:absence>/remove/", duty_views.remove_absence, name="remove_absence"),
]
