"""Credentials: who may work where, under whom, until when, and what the states license."""
