"""Consensus: rating rounds that stand up to review, a registry of who works on what, themes of interviews."""
