"""A series of counts or means over time, when there is nobody to compare with; regression to the mean."""
