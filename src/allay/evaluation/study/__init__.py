"""A study: a protocol that is frozen first, then a comparison, then what it can and cannot say."""
