"""Rounds: results by statement and round, movement, who is missing, feedback, reminders."""
