"""Reconciliation: our ledger against a payer's statement, line by line."""
