"""The checker: whether a plan keeps every rule of its problem. It shares no code with what makes plans."""
