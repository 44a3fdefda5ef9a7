"""Ratings: read strictly, counted by point of the scale, groups that are large enough to be shown."""
