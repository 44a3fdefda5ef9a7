"""What makes plans: baselines, the three levels with repair, bounds, rolling weeks, re-planning."""
