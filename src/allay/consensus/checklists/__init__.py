"""Reporting checklists: what a report of a consensus exercise has to say, answered from what is stored."""
