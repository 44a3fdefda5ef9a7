"""Verdicts: what a rule makes of the ratings of a statement, and how it depends on the rule."""
