"""What is wrong between the entries of a registry."""
