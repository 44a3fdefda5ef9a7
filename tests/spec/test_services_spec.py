"""Does a session count as the service it is billed as.

A session counts when every rule of the service is met: who delivered it, in which format and setting, how
long it took, how many took part, and what it held. One rule that is not met makes the answer no; otherwise
one that the record says too little for makes it unknown. All rules that decided are named, never only the
first. The rules are our judgment until consensus replaces them. Empty cells were not recorded.
"""

from __future__ import annotations

import pytest

from allay.base.vocabulary import profession_id, service_id
from allay.programs.services.catalog import get
from allay.programs.services.decision import decide
from allay.programs.services.session import SessionRecord

CASES = [
    ("cognitive_behavioral_therapy", "clinical_psychologist", 50, "individual", 1, "in_person",
     "thought_work; home_practice; activity_pacing", "yes", ""),
    ("cognitive_behavioral_therapy", "clinical_social_worker", 90, "group", 8, "telehealth",
     "thought_work; home_practice; relaxation; goal_setting", "yes", ""),
    ("cognitive_behavioral_therapy", "clinical_psychologist", 50, "individual", 1, "in_person",
     "relaxation; goal_setting", "no", "component:thought_work; component:home_practice"),
    ("cognitive_behavioral_therapy", "health_coach", 20, "individual", 1, "in_person",
     "thought_work; home_practice; goal_setting", "no", "provider; minutes"),
    ("cognitive_behavioral_therapy", "clinical_psychologist", 50, "individual", 1, "in_person", None,
     "unknown", "component:thought_work; component:home_practice; "
     "component:activity_pacing|goal_setting|relaxation|problem_solving|flare_up_plan"),
    ("cognitive_behavioral_therapy", None, 20, "individual", 1, "in_person",
     "thought_work; home_practice; goal_setting", "no", "minutes"),
    ("acceptance_commitment_therapy", "mental_health_counselor", 45, "individual", 1, "telehealth",
     "defusion; values", "yes", ""),
    ("acceptance_commitment_therapy", "mental_health_counselor", 45, "individual", 1, "telehealth",
     "thought_work; home_practice", "no",
     "component:acceptance|defusion|present_moment|self_as_context; component:values|committed_action"),
    ("mindfulness_stress_reduction", "mindfulness_teacher", 150, "group", 18, "in_person",
     "body_scan; inquiry; home_practice", "yes", ""),
    ("mindfulness_stress_reduction", "mindfulness_teacher", 150, "individual", 1, "in_person",
     "body_scan; inquiry; home_practice", "no", "format"),
    ("pain_education", "registered_nurse", 30, "group", 12, "in_person",
     "pain_science; self_management; questions", "yes", ""),
    ("pain_education", "registered_nurse", 30, "group", None, "in_person",
     "pain_science; self_management; questions", "unknown", "group_size"),
    ("sleep_education", "occupational_therapist", 25, "individual", 1, "telehealth",
     "sleep_diary; action_plan", "no",
     "component:sleep_diary|sleep_science|sleep_schedule|stimulus_control|sleep_habits|relaxation"),
    ("physical_therapy", "physical_therapist_assistant", 30, "individual", None, "in_person",
     "guided_exercise; home_program", "yes", ""),
    ("physical_therapy", "athletic_trainer", 30, "linked", None, "in_person",
     "guided_exercise; home_program", "no", "provider"),
    ("physical_therapy", "physical_therapist", 30, "group", 1, "in_person",
     "guided_exercise; home_program", "no", "group_size"),
    ("graded_exercise", "chiropractic_assistant", 30, "linked", None, "in_person",
     "strength_exercise; planned_step", "yes", ""),
    ("yoga", "yoga_teacher", 60, "group", 14, "in_person", "postures; breathing", "yes", ""),
    ("yoga", "yoga_teacher", 60, "group", 32, "in_person", "postures; breathing", "no", "group_size"),
    ("acupuncture", "acupuncturist", 30, "individual", 1, "in_person", "needling; point_selection",
     "yes", ""),
    ("acupuncture", "acupuncturist", 30, "individual", 1, "telehealth", "acupressure", "no",
     "setting; component:needling; component:assessment|point_selection|response_noted"),
    ("chiropractic", "chiropractor", None, "individual", 1, "in_person", "assessment; mobilization",
     "yes", ""),
    ("massage", "massage_therapist", None, "individual", 1, "in_person",
     "areas_agreed; soft_tissue_work", "unknown", "minutes"),
    ("biofeedback", "clinical_psychologist", 30, "individual", 1, "telehealth", "self_regulation", "no",
     "component:sensor_feedback"),
    ("hypnosis", "nurse_practitioner", 30, None, None, "in_person",
     "induction; suggestion; realerting", "unknown", "format; group_size"),
    ("culinary_group", "culinary_instructor", 90, "group", 10, "in_person",
     "cooking; shared_meal", "no", "component:nutrition_teaching"),
    ("peer_support", "peer_specialist", 30, "individual", 1, None,
     "shared_experience; listening", "yes", ""),
    ("medical_visit", "nurse_practitioner", None, "group", 9, "in_person",
     "history; plan_update; individual_part", "yes", ""),
    ("taper_support", "pharmacist", 15, "individual", 1, "telehealth", "taper_step; withdrawal_check", "no",
     "component:patient_choice; component:safety_check"),
    ("legal_help", "clinical_social_worker", 30, "individual", 1, "in_person", "consent; legal_advice",
     "no", "provider"),
    ("tele_mentoring", "pain_physician", 60, "group", 22, "in_person", "case_presented; recommendations",
     "no", "setting"),
]  # fmt: skip


@pytest.mark.parametrize(
    (
        "service",
        "profession",
        "minutes",
        "given_as",
        "participants",
        "setting",
        "components",
        "counts",
        "decided_by",
    ),
    CASES,
)
def test_session(
    service, profession, minutes, given_as, participants, setting, components, counts, decided_by
):
    """What a session's record says, whether it counts, and the rules that decided."""
    record = SessionRecord(
        service_id(service),
        profession_id(profession) if profession else None,
        minutes,
        given_as,
        participants,
        setting,
        None if components is None else frozenset(components.split("; ")),
    )
    decision = decide(record, get(service))
    assert decision.answer == counts
    deciding = decision.not_met if counts == "no" else decision.unknown
    assert "; ".join(result.rule for result in deciding) == decided_by
    assert len(decision.results) >= 4


def test_there_are_thirty():
    assert len(CASES) >= 30
