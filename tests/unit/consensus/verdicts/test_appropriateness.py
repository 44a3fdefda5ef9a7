"""Worked examples of the RAND/UCLA method, printed digit by printed digit; ties; what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.consensus.ratings.counts import count_ratings
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.panel_count import panel_count

CASES = {
    "BMJ Open": [4, 5, 6, *[7] * 5, *[8] * 5, 9, 9],
    "A": [7, 7, 8, 8, 8, 9, 9, 9, 9],
    "B": [1, 1, 1, 2, 2, 3, 3, 4, 5],
    "C": [5] * 9,
    "D": [1, 1, 2, 2, 5, 8, 8, 9, 9],
    "E": [3, 3, 3, 7, 7, 7, 8, 8, 8],
    "F": [1] * 5 + [9] * 5,
    "G": [2, 3, 3, 5, 6, 6, 7, 7, 7, 8, 8, 9],
}
LINEAR, NEAREST = "linear", "nearest-rank"


def counts(*ratings):
    return np.concatenate([count_ratings(np.array([one], dtype=float)) for one in ratings])


@pytest.mark.parametrize(
    ("case", "percentile", "median", "p30", "p70", "ipr", "ai", "ipras", "di", "verdict"),
    [
        ("BMJ Open", LINEAR, 7, 7, 8, 1.0, 2.5, 6.10, 0.164, "appropriate"),
        ("BMJ Open", NEAREST, 7, 7, 8, 1.0, 2.5, 6.10, 0.164, "appropriate"),
        ("A", LINEAR, 8, 8, 9, 1.0, 3.5, 7.60, 0.132, "appropriate"),
        ("B", LINEAR, 2, 1.4, 3, 1.6, 2.8, 6.55, 0.244, "inappropriate"),
        ("B", NEAREST, 2, 1, 3, 2.0, 3.0, 6.85, 0.292, "inappropriate"),
        ("C", LINEAR, 5, 5, 5, 0, 0, 2.35, 0, "uncertain"),
        ("D", LINEAR, 5, 2, 8, 6.0, 0, 2.35, 2.553, "uncertain"),
        ("E", LINEAR, 7, 4.6, 7.6, 3.0, 1.1, 4.00, 0.750, "appropriate"),
        ("E", NEAREST, 7, 3, 8, 5.0, 0.5, 3.10, 1.613, "uncertain"),
        ("F", LINEAR, 5, 1, 9, 8.0, 0, 2.35, 3.404, "uncertain"),
        ("G", LINEAR, 6.5, 5.3, 7, 1.7, 1.15, 4.075, 0.417, "appropriate"),
    ],
)
def test_worked_examples(case, percentile, median, p30, p70, ipr, ai, ipras, di, verdict):
    found = appropriateness(counts(CASES[case]), percentile=percentile)
    # Equal, not close: these are whole numbers of hundredths until the last division.
    assert found.n.item() == len(CASES[case])
    assert (found.median.item(), found.p30.item(), found.p70.item()) == (median, p30, p70)
    assert (found.ipr.item(), found.ai.item(), found.ipras.item()) == (ipr, ai, ipras)
    assert round(found.di.item(), 3) == di
    assert found.disagreement.item() == (di > 1)
    assert found.verdict.item() == verdict


@pytest.mark.parametrize(
    ("case", "outside", "agreement", "disagreement"),
    [
        ("BMJ Open", 3, True, False),
        ("A", 0, True, False),
        ("C", 0, True, False),
        ("D", 8, False, True),
        ("E", 3, False, True),
        ("F", 10, False, True),
    ],
)
def test_the_count_rule(case, outside, agreement, disagreement):
    found = panel_count(counts(CASES[case]))
    assert found.usable.item()
    assert (found.outside.item(), found.agreement.item(), found.disagreement.item()) == (
        outside,
        agreement,
        disagreement,
    )
    verdict = appropriateness(counts(CASES[case]), panel_rule="count").verdict.item()
    assert (verdict == "uncertain") == (disagreement or case == "C")


@pytest.mark.parametrize(
    ("ratings", "up", "down", "uncertain"),
    [
        (CASES["G"], "appropriate", "uncertain", "uncertain"),
        ([3] * 4 + [4] * 4, "uncertain", "inappropriate", "uncertain"),
        # 4.5 lies within a region, so no rule is needed.
        ([4] * 4 + [5] * 4, "uncertain", "uncertain", "uncertain"),
        ([7] * 4 + [8] * 4, "appropriate", "appropriate", "appropriate"),
    ],
)
def test_half_points(ratings, up, down, uncertain):
    given = counts(ratings)
    rules = {"up": up, "down": down, "uncertain": uncertain}
    found = {rule: appropriateness(given, half_point=rule).verdict.item() for rule in rules}
    assert found == rules
    assert appropriateness(given).half_point.item() == (appropriateness(given).median.item() in (3.5, 6.5))


def test_half_points_decide_which_region_agreement_counts():
    given = counts([6] * 4 + [7] * 5 + [3])
    assert appropriateness(given).median.item() == 6.5
    found = {rule: panel_count(given, half_point=rule).outside.item() for rule in ("up", "down", "uncertain")}
    assert found == {"up": 5, "down": 6, "uncertain": 6}


def test_a_range_that_equals_its_limit_is_no_disagreement():
    # p30 = 3.9 and p70 = 6.7, so ipr = 2.80 and ipras = 2.35 + 1.5 x 0.3 = 2.80; in floats one is above.
    ratings = [3] * 4 + [6] * 4 + [7] * 4
    assert 2.35 + 1.5 * abs(5 - (3.9 + 6.7) / 2) < 6.7 - 3.9
    found = appropriateness(counts(ratings))
    assert (found.p30.item(), found.p70.item(), found.ipr.item(), found.ipras.item()) == (3.9, 6.7, 2.8, 2.8)
    assert found.di.item() == 1
    assert not found.disagreement.item()


@pytest.mark.parametrize("n", [7, 17])
def test_no_count_rule_for_other_panels(n):
    given = counts([7] * 9, [7] * n)
    with pytest.raises(InvalidValue, match=r"8 to 16 ratings .* statement 2 of 2"):
        appropriateness(given, panel_rule="count")
    assert panel_count(given).usable.tolist() == [True, False]
    assert appropriateness(given).verdict.tolist() == ["appropriate"] * 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.array([[0] * 9]), "at least one rating of every statement"),
        (np.array([[0, 1, 0]]), "shape"),
        (np.array([[-1, *[2] * 8]]), "counts of at least 0"),
        (np.array([[1.0] * 9]), "whole counts"),
        (np.array([1] * 9), "whole counts"),
    ],
)
def test_what_are_no_counts(given, said):
    with pytest.raises(InvalidValue, match=said):
        appropriateness(given)


def test_no_statements():
    assert appropriateness(np.zeros((0, 9), dtype=np.int64)).verdict.tolist() == []


def test_the_glaucoma_panel():
    # 1,800 scenarios that are by construction of the three kinds, in the numbers that were printed.
    kinds = {"appropriate": (587, [7] * 9), "uncertain": (585, [5] * 9), "inappropriate": (628, [2] * 9)}
    given = np.concatenate([np.repeat(counts(ratings), many, axis=0) for many, ratings in kinds.values()])
    verdicts = appropriateness(given).verdict
    words, many = np.unique(verdicts, return_counts=True)
    assert dict(zip(words.tolist(), many.tolist(), strict=True)) == {
        word: n for word, (n, _) in kinds.items()
    }
    shares = [f"{(verdicts == word).mean():.1%}" for word in kinds]
    assert shares == ["32.6%", "32.5%", "34.9%"]
