"""Episodes: what was scheduled and what happened, as completion, adherence, dose and fidelity."""
