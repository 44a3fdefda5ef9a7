"""Why something is not served or takes a second trip, what would fix it, and what same-day rules cost."""
