"""Authorizations: what was asked and answered, what is left, whose clock runs, and when to ask again."""
