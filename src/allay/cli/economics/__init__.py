"""`allay economics`. Each module has some verbs."""
