"""The checker: says of a finished plan what breaks the problem's rules, and scores it anew.

It shares no code with what makes plans: it reads times as intervals, sorts and sweeps.
"""
