"""A program's case: its numbers with their sources, and the money that flows between parties."""
