"""`allay payment`. Each module has some verbs."""
