"""Level 3: clock times and rooms of one day."""
