"""Billing codes of pain programs: the code book, from a service to its codes, and counting of units."""
