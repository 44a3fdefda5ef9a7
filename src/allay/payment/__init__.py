"""Payment: what a contract pays whom and when, claims, and a payer's statement beside our ledger."""
