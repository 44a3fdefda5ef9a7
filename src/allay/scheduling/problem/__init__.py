"""The problem: who needs what, who gives it, where, when, and what payers and patients allow."""
