"""Agreement: coefficients for who wants more than a verdict, each with its chance correction named."""
