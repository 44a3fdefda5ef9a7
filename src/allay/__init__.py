"""Runs an integrated pain management program and proves its value: the library."""

__version__ = "0.1.0"
