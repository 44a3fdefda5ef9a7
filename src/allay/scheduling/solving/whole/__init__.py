"""Small problems: one model of a week, cohorts and sessions together."""
