"""Decisions: the stages from scope of practice to the class of spending, with every reason."""
