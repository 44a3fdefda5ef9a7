"""Item-response theory: item banks, scores from patterns of answers and from sums, adaptive tests."""
