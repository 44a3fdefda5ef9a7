"""X12 files of health insurance (claims, remittances, eligibility): read, checked and written."""
