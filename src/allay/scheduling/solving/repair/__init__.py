"""Repair: a part of a week freed and planned anew."""
