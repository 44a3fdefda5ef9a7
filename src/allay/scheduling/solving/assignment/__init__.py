"""Level 2: the days of a week's visits and who gives them, without clock times."""
