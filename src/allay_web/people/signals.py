"""What happens to patients that other rooms act upon."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with keep, drop, by, at, inside the transaction of a merge. A receiver moves what it holds of the
# dropped record to the kept one and returns how many of what it moved, as a dict.
patient_merged = Signal()
