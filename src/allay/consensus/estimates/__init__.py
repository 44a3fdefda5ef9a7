"""Estimates and rankings: what experts judge a number to be, and in which order they put things."""
