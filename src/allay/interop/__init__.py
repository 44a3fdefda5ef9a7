"""Other people's files and formats in, domain objects out, and back."""
