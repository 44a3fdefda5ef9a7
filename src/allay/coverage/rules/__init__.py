"""Rules of coverage as data: conditions, effects, dates, sources; and the rulebook that holds them."""
