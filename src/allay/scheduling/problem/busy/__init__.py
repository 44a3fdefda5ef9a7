"""Busy times of other calendars, as absences of a problem."""
