"""What cash answers: when a program breaks even, what it needs first, what it is worth, at what price."""
