"""Same-day edits: pairs of codes that are not paid together, most units a day, codes that need another."""
