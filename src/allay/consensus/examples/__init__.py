"""Examples: exercises that are ready to be used or to learn from, as folders of files."""
