"""What happens to episodes that other rooms act upon."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with episode, by, at, inside the transaction that accepts a referral.
episode_opened = Signal()
