"""Level 1: when and where cohorts meet, who leads them and who belongs to them."""
