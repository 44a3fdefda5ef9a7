"""What each preset comes to: every headline worked out again, and reports that say what they rest on."""

from __future__ import annotations

import pytest

from allay.economics.case.presets import preset_ids, read_preset
from allay.economics.result.audit import recomputed
from allay.economics.result.result import CaseResult, case_result
from allay.reports.case_page import case_html
from allay.reports.case_words import usd

DRAWS = 100
# A headline and its formula add the same float64 numbers in another order.
SAME = 1e-9
# A break-even price is found to the cent.
CENT = 0.01


@pytest.fixture(scope="module", params=preset_ids())
def result(request: pytest.FixtureRequest) -> CaseResult:
    return case_result(read_preset(request.param).case, draws=DRAWS, seed=1, allay_version="1")


def test_every_headline_is_recomputed_from_its_inputs(result: CaseResult) -> None:
    assert len(result.audit) > 15
    for row in result.audit:
        again = recomputed(row, result.months)
        assert (again is None) == (row.value is None), row.headline
        if again is not None:
            within = CENT if row.headline.startswith("break_even/") else 0.0
            assert again == pytest.approx(row.value, rel=SAME, abs=within), row.headline


def test_transfers_come_to_nothing_and_the_status_is_not_hidden(result: CaseResult) -> None:
    assert result.ledger.transfers == "0.00"
    assert result.status.value == "synthetic"
    page = case_html(result)
    assert page.index("Made-up numbers") < page.index("When does the program break even?")


def test_a_bundle_has_a_break_even_price_with_an_interval_in_the_report(result: CaseResult) -> None:
    if not result.case.id.startswith("path-"):
        return
    price = result.bundles[0].break_even
    assert price.draws.low < price.best < price.draws.high
    page = case_html(result)
    for amount in (price.best, price.draws.low, price.draws.high):
        assert usd(amount) in page
