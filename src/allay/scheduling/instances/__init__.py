"""Synthetic problems by family: parameters as data, a seed, and a problem that is the same each time."""

from allay.scheduling.instances.generator import generate

__all__ = ["generate"]
