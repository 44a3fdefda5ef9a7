"""Appointments: what a plan is to each patient, whom to call, and what has changed."""
