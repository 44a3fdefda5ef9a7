"""Contracts: what a payer, a patient, a hospital or a grantor owes a program, and when."""
