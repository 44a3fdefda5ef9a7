"""Scheduling: cohorts, linked visits and sessions in few trips, with a bound beside each plan."""
