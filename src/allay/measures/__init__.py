"""Instruments and their scoring, change and response; statistics of a cohort."""
