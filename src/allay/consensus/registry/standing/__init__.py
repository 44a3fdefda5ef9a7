"""How things stand by a registry on a day."""
