"""What an effect is worth: sensitivity, controls, who benefits, savings, credibility, effect draws."""
