"""Re-planning: as much served as before, as few patients told as possible."""
