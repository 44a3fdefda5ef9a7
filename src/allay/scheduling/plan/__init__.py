"""The plan: who meets whom, where and when, what is not served, what it scores and what bounds it."""
