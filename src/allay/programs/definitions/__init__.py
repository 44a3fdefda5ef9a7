"""Program definitions: what a program consists of, as data that runs, and the timeline of an episode."""
