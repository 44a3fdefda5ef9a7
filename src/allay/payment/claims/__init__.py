"""Claims: what is billed, what the payer answers, and whether the two agree line by line."""
