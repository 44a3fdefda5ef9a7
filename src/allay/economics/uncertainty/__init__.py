"""Uncertainty: distributions, how they hang together, and draws that do not depend on one another."""
