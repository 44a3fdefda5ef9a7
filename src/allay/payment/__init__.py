"""Payment: what a contract pays whom and when, claims, and what a payer's statement says beside our ledger."""
