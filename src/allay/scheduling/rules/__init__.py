"""What coverage says of a schedule: pairs of services that are not paid on one day, and linked visits."""
