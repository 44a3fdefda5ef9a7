"""The protocol and the record of an exercise: what was decided beforehand, and what then happened."""
