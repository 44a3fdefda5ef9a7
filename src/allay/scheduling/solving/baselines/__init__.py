"""Baselines: first fit and good greedy, which every plan of the solver must beat."""
