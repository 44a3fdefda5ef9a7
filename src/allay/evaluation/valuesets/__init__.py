"""Value sets: which codes mean what in claims, versioned, each group with its source and how sure it is."""
