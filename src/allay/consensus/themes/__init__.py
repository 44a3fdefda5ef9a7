"""Themes of interviews by consensual qualitative analysis."""
