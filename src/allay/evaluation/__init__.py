"""Evaluation from claims: claims to member-months to a comparison to an effect, or why there is none."""
