"""Decisions: recommendations made of statements, with the criteria that led from evidence to them."""
