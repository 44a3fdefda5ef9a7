"""Documents from results: analysis, charts, HTML, PDF, JSON."""
