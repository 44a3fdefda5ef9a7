"""Moments that travel: a site hands over sums by cohort and month instead of rows of people."""
