"""What a business case comes to: the three questions, the ledger, the drivers, the assumptions, the audit."""
