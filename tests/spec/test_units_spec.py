"""Units of timed therapy codes.

Medicare adds the minutes of all timed therapy codes of a day, turns the total into units (8 to 22 minutes
are 1, 23 to 37 are 2, and so on), and gives them out: each code's whole units first, then one more to the
codes with the most minutes remaining. Of two with as many remaining, the one with more minutes in all gets
it; of two with as many again, the lower code. Outside Medicare each code is often counted alone, and a unit
counts once more than half of it has passed; then the same visit can come to a unit more, or a unit less.
"""

from __future__ import annotations

import pytest

from allay.coverage.codes.coding import code_service
from allay.coverage.codes.units import count_units


def parsed(text):
    return {code: int(number) for code, number in (each.split(" x ")[::-1] for each in text.split("; "))}


def shown(units):
    return "; ".join(f"{number} x {code}" for code, number in units.items())


@pytest.mark.parametrize(
    ("minutes", "medicare", "alone"),
    [
        ("25 x 97110; 15 x 97140; 10 x 97112", "2 x 97110; 1 x 97140; 0 x 97112",
         "2 x 97110; 1 x 97140; 1 x 97112"),
        ("7 x 97110", "0 x 97110", "0 x 97110"),
        ("8 x 97110", "1 x 97110", "1 x 97110"),
        ("22 x 97110", "1 x 97110", "1 x 97110"),
        ("23 x 97110", "2 x 97110", "2 x 97110"),
        ("37 x 97110", "2 x 97110", "2 x 97110"),
        ("38 x 97110", "3 x 97110", "3 x 97110"),
        ("52 x 97110", "3 x 97110", "3 x 97110"),
        ("53 x 97110", "4 x 97110", "4 x 97110"),
        ("67 x 97110", "4 x 97110", "4 x 97110"),
        ("68 x 97110", "5 x 97110", "5 x 97110"),
        ("82 x 97110", "5 x 97110", "5 x 97110"),
        ("83 x 97110", "6 x 97110", "6 x 97110"),
        ("7 x 97110; 7 x 97140", "1 x 97110; 0 x 97140", "0 x 97110; 0 x 97140"),
        ("6 x 97110; 7 x 97140", "0 x 97110; 1 x 97140", "0 x 97110; 0 x 97140"),
        ("33 x 97110; 7 x 97140", "2 x 97110; 1 x 97140", "2 x 97110; 0 x 97140"),
        ("22 x 97110; 7 x 97140", "2 x 97110; 0 x 97140", "1 x 97110; 0 x 97140"),
        ("18 x 97110; 13 x 97140; 10 x 97530", "1 x 97110; 1 x 97140; 1 x 97530",
         "1 x 97110; 1 x 97140; 1 x 97530"),
        ("0 x 97110; 15 x 97140", "0 x 97110; 1 x 97140", "0 x 97110; 1 x 97140"),
    ],
)  # fmt: skip
def test_units_of_a_visit(minutes, medicare, alone):
    """What a visit's minutes come to by Medicare's total, and with each code counted alone."""
    assert shown(count_units(parsed(minutes), rule="medicare")) == medicare
    assert shown(count_units(parsed(minutes), rule="ama")) == alone


@pytest.mark.parametrize(
    ("service", "way", "minutes", "details", "lines", "not_coded"),
    [
        ("acupuncture", "acupuncture", 14, "stimulation no; reinserted yes", "",
         "97810: 14 minutes: below 15"),
        ("acupuncture", "acupuncture", 15, "stimulation no; reinserted yes", "1 x 97810", ""),
        ("acupuncture", "acupuncture", 30, "stimulation no; reinserted yes", "1 x 97810; 1 x 97811", ""),
        ("acupuncture", "acupuncture", 30, "stimulation no; reinserted no", "1 x 97810",
         "97811: 1 not coded, answered with no: Are needles inserted again in the further time?"),
        ("acupuncture", "acupuncture", 44, "stimulation yes; reinserted yes", "1 x 97813; 1 x 97814",
         "97814: 14 minutes: below 15"),
        ("cognitive_behavioral_therapy", "psychotherapy", 15, "format individual", "",
         "15 minutes: below 16"),
        ("cognitive_behavioral_therapy", "psychotherapy", 16, "format individual", "1 x 90832", ""),
        ("cognitive_behavioral_therapy", "psychotherapy", 37, "format individual", "1 x 90832", ""),
        ("cognitive_behavioral_therapy", "psychotherapy", 38, "format individual", "1 x 90834", ""),
        ("cognitive_behavioral_therapy", "psychotherapy", 52, "format individual", "1 x 90834", ""),
        ("cognitive_behavioral_therapy", "psychotherapy", 53, "format individual", "1 x 90837", ""),
        ("cognitive_behavioral_therapy", "psychotherapy", 90, "format group", "1 x 90853", ""),
        ("cognitive_behavioral_therapy", "health_behavior", 45, "format individual", "1 x 96158; 1 x 96159",
         ""),
        ("cognitive_behavioral_therapy", "health_behavior", 90, "format group", "1 x 96164; 4 x 96165", ""),
        ("cognitive_behavioral_therapy", "health_behavior", 30, "format family; patient_present yes",
         "1 x 96167", ""),
        ("cognitive_behavioral_therapy", "health_behavior", 30, "format family; patient_present no",
         "1 x 96170", ""),
        ("care_coordination", "chronic_pain_month", 29, "first_visit no", "", "G3002: 29 minutes: below 30"),
        ("care_coordination", "chronic_pain_month", 30, "first_visit no", "1 x G3002", ""),
        ("care_coordination", "chronic_pain_month", 44, "first_visit no", "1 x G3002",
         "G3003: 14 minutes: below 15"),
        ("care_coordination", "chronic_pain_month", 45, "first_visit no", "1 x G3002; 1 x G3003", ""),
        ("care_coordination", "chronic_pain_month", 59, "first_visit no", "1 x G3002; 1 x G3003",
         "G3003: 14 minutes: below 15"),
        ("care_coordination", "chronic_pain_month", 45, "first_visit yes; in_person no", "",
         "the first visit of chronic pain management is in person"),
        ("nutrition", "nutrition", 45, "format individual; first_visit yes", "3 x 97802", ""),
        ("nutrition", "nutrition", 40, "format individual; first_visit no", "2 x 97803",
         "97803: 10 minutes: below 15"),
        ("nutrition", "nutrition", 60, "format group", "2 x 97804", ""),
        ("chiropractic", "manipulation", None, "regions 2", "1 x 98940", ""),
        ("chiropractic", "manipulation", None, "regions 3", "1 x 98941", ""),
        ("chiropractic", "manipulation", None, "regions 5", "1 x 98942", ""),
        ("chiropractic", "manipulation", None, "regions 6", "", "regions 6: above 5"),
        ("physical_therapy", "group_therapy", 50, "group_size 4", "1 x 97150", ""),
        ("physical_therapy", "group_therapy", 50, "group_size 1", "", "group_size 1: below 2"),
        ("physical_therapy", "evaluation", None, "complexity low", "1 x 97161", ""),
        ("occupational_therapy", "evaluation", None, "complexity high", "1 x 97167", ""),
        ("medical_visit", "office_visit", None, "new_patient no; level 3", "1 x 99213", ""),
        ("pain_education", "self_management", 60, "group_size 8", "2 x 98962", ""),
        ("pain_education", "self_management", 60, "group_size 9", "", "group_size 9: above 8"),
    ],
)  # fmt: skip
def test_codes_of_a_service(service, way, minutes, details, lines, not_coded):
    """Which codes a service to one patient comes to, and what is not coded; minutes of the day or month."""
    words = {"yes": True, "no": False}
    given = {}
    for each in details.split("; "):
        name, value = each.split(" ")
        given[name] = words.get(value, int(value) if value.isdecimal() else value)
    found = code_service(service, way=way, minutes=minutes, details=given)
    assert "; ".join(f"{line.units} x {line.code}" for line in found.lines) == lines
    assert "; ".join(reason.text for reason in found.reasons if reason.outcome == "not_coded") == not_coded
    assert found.missing == ()
