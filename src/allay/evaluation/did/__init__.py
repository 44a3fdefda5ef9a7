"""Difference-in-differences where units adopt at different times, from a panel or from its moments."""
