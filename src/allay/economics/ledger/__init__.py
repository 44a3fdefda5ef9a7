"""Who gains and who pays: the flows of a case as a double entry by stakeholder."""
