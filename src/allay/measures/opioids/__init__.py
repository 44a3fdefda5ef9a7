"""Opioid dose: morphine milligram equivalents (MME) of prescriptions, by day and by patient.

The factors are not for converting a patient from one opioid to another, and a falling dose is no success.
"""
