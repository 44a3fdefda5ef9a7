"""The bound given a template."""
