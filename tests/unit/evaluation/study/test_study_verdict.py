"""Verdicts: which rule applies when, and what it says."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.evaluation.study.panels import protocol

from allay.base.status import Status
from allay.evaluation.study.checklist import answered, checklist
from allay.evaluation.study.detect import OutcomeDetectable
from allay.evaluation.study.estimates import ChangeEstimate, EffectEstimate, FourMeans
from allay.evaluation.study.peak import PeakFall
from allay.evaluation.study.result import BalanceRow, OutcomeResult, SampleMoments, WeightingRecord
from allay.evaluation.study.verdict import Grounds, verdict, verdict_rules


def effect(estimate: float, se: float, **changes: Any) -> EffectEstimate:
    p = 0.001 if abs(estimate) > 1.96 * se else 0.5
    tree: dict[str, Any] = {
        "name": "adjusted",
        "words": "",
        "estimate": estimate,
        "se": se,
        "low": estimate - 1.96 * se,
        "high": estimate + 1.96 * se,
        "p": p,
        "relative": estimate / 0.1,
        "starters": 200,
        "comparison": 5000,
    }
    return EffectEstimate(**{**tree, **changes})


def outcome(role: Any = "primary", **changes: Any) -> OutcomeResult:
    change = ChangeEstimate(
        name="x", words="", before=1, after=1, change=0, se=None, low=None, high=None, starters=200
    )
    tree: dict[str, Any] = {
        "outcome": "emergency_visit" if role == "primary" else "x_ray",
        "name": "emergency visits" if role == "primary" else "X-rays",
        "role": role,
        "unit": "events per member-month",
        "better": "lower",
        "peak_to_after": change,
        "before_after": change,
        "unadjusted": effect(0.0, 0.01),
        "adjusted": effect(0.0, 0.01),
        "means": FourMeans(starters_before=1, starters_after=1, comparison_before=1, comparison_after=1),
        "peak": PeakFall(
            months=1, peak=1, observed=-1, alone=-1, share=1, matched=1, starters=200, words="a peak"
        ),
        "placebo": effect(0.0, 0.01),
        **dict.fromkeys(
            ("alternatives", "cells", "aggregates", "robustness", "subgroups", "sites", "notes"), ()
        ),
        **dict.fromkeys(("pretest", "imputation", "two_way")),
    }
    return OutcomeResult(**{**tree, **changes})


def weighting(worth: float = 900.0, smd: float = 0.0) -> WeightingRecord:
    moments = SampleMoments(starters=1, comparison=1, smd=smd, variance_ratio=1)
    return WeightingRecord(
        method="entropy",
        estimand="ATT",
        starters=200,
        comparison=5000,
        comparison_worth=worth,
        unlike=0,
        rows=(BalanceRow(name="age", binary=False, before=moments, after=moments),),
        answer="balanced",
        reasons=(),
        pre_outcomes=(),
        because="",
    )


def could_show(can_show: bool | None) -> OutcomeDetectable:
    return OutcomeDetectable(
        outcome="emergency_visit",
        unit="",
        mean=0.1,
        smallest=0.02,
        relative=0.2,
        se=0.007,
        power=0.8,
        alpha=0.05,
        starters=200,
        comparison_worth=900,
        needed=(),
        plausible_change=-0.15,
        plausible_source="",
        chance=None,
        can_show=can_show,
        words="what could be shown",
    )


SHOWN, NULL = effect(-0.03, 0.01), effect(-0.005, 0.01)
BEFORE = effect(0.02, 0.005)


@pytest.mark.parametrize(
    ("answer", "starters", "weights", "primary", "control", "can_show"),
    [
        ("too_few", 10, weighting(), {"adjusted": SHOWN}, 0.0, True),
        ("no_comparison", 200, None, {"adjusted": SHOWN}, 0.0, True),
        ("too_little_worth", 200, weighting(worth=49), {"adjusted": SHOWN}, 0.0, True),
        ("not_balanced", 200, weighting(smd=-0.11), {"adjusted": SHOWN}, 0.0, True),
        ("trends_differ", 200, weighting(), {"adjusted": SHOWN, "placebo": BEFORE}, 0.0, True),
        ("improved", 200, weighting(), {"adjusted": effect(-0.05, 0.01), "placebo": BEFORE}, 0.0, True),
        ("control_changed", 200, weighting(), {"adjusted": SHOWN}, 0.05, True),
        ("improved", 200, weighting(smd=0.09), {"adjusted": SHOWN}, 0.0, None),
        ("worsened", 200, weighting(), {"adjusted": effect(0.03, 0.01)}, 0.0, None),
        ("no_plausible_effect", 200, weighting(), {"adjusted": NULL}, 0.0, True),
        ("not_shown", 200, weighting(), {"adjusted": NULL}, 0.0, False),
        ("not_shown", 200, weighting(), {"adjusted": NULL}, 0.0, None),
        ("not_shown", 200, weighting(), {"adjusted": effect(-1, 0, low=None, high=None)}, 0.0, None),
    ],
)
def test_the_first_rule_that_applies_is_the_answer(
    answer: str,
    starters: int,
    weights: WeightingRecord | None,
    primary: dict[str, Any],
    control: float,
    can_show: bool | None,
) -> None:
    study = protocol(
        outcomes=[
            {
                "id": "emergency_visit",
                "role": "primary",
                "plausible_change": -0.15,
                "plausible_source": "a test",
            }
        ]
    )
    results = (outcome(**primary), outcome("negative_control", adjusted=effect(control, 0.01)))
    found = verdict(Grounds(study, starters, weights, results, could_show(can_show)))
    assert found.answer == answer
    assert "{" not in found.headline + "".join(found.rules)
    assert found.status is Status.MEMORY


def test_a_negative_control_counts_after_adjustment_for_their_number() -> None:
    control = outcome("negative_control", adjusted=effect(0.05, 0.01, p=0.03, p_holm=0.12))
    found = verdict(
        Grounds(protocol(), 200, weighting(), (outcome(adjusted=SHOWN), control), could_show(None))
    )
    assert found.answer == "improved"


def test_the_words_say_how_much_compared_with_whom() -> None:
    study = protocol(inference={"alpha": 0.1})
    found = verdict(Grounds(study, 200, weighting(), (outcome(adjusted=SHOWN),), could_show(None)))
    assert found.headline == (
        "Emergency visits were lower by 30.0 per 1,000 members a month (90% interval -49.6 to -10.4; -30%), "
        "compared with 5,000 members who did not start, made alike in what was known before."
    )
    assert found.reasons[0] == "what could be shown"


def test_every_rule_has_a_source_and_the_last_always_applies() -> None:
    found = verdict_rules()
    assert len({one.id for one in found.rules}) == len(found.rules) == 10
    assert all(one.source in found.sources for one in found.rules)
    assert found.rules[-1].id == "not_shown"


def test_a_checklist_says_what_is_answered_and_how_sure_its_items_are() -> None:
    rows = answered({"window": ["2023-01", "2023-12"], "outcomes": [{"unadjusted": {"estimate": 1}}]})
    said = {row.item: row.answered for row in rows if row.list == "STROBE"}
    assert (said["5"], said["16a"], said["1"], said["17"]) == (True, True, False, False)
    assert checklist().status is Status.MEMORY
    assert {row.list for row in rows} == {"STROBE", "RECORD"}
