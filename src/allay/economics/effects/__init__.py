"""What a program changes elsewhere: care that is no longer needed, work, time and health."""
