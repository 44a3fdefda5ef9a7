"""Decisions under uncertainty: the frontier, net benefit, acceptability, the value of information."""
