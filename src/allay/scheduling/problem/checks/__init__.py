"""Checks: what contradicts itself in a problem or a plan."""
