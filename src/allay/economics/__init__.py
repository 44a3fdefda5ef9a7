"""Economics: when a program breaks even, for whom it is worth it, and how sure we are."""
