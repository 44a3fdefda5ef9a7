"""Models: cohorts that move between states, and decision trees."""
