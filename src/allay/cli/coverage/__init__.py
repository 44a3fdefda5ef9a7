"""`allay coverage`. Each module has some verbs."""
