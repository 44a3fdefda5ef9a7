"""Cases: what is asked - a visit, who gives it, who receives it, which plan - as the rules read it."""
