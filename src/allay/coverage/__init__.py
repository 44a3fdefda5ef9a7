"""Coverage: may this service be delivered, may it be billed, by whom, at what price and share, and why."""
