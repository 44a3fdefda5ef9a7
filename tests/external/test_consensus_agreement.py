"""Coefficients of published examples, as the R packages irr and irrCAC print them (third-party folder)."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from allay.consensus.agreement.coefficients import (
    coefficients,
    distribution_coefficients,
    table_coefficients,
)

# Values of irr and of tables and distributions of irrCAC are printed with seven decimals, those of raw
# ratings with five, some of these cut rather than rounded; those of single categories with three.
SEVEN, FIVE, THREE = 0.6e-7, 0.6e-5, 0.6e-3
SETS = {
    "raw4raters": (coefficients, "irrcac_raw4raters.csv", FIVE),
    "distrib_6raters": (distribution_coefficients, "irrcac_distrib_6raters.csv", SEVEN),
    "cont3x3abstractors": (table_coefficients, "irrcac_cont3x3abstractors.csv", SEVEN),
}


@pytest.fixture(scope="module")
def folder(allay_data):
    found = allay_data / "rand_delphi"
    if not found.is_dir():
        pytest.skip(f"{found.name} is absent from the third-party data")
    return found


@pytest.fixture(scope="module")
def reference(folder):
    return json.loads((folder / "agreement_reference.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def anxiety(folder):
    return numbers(folder / "irr_anxiety.csv")


@pytest.fixture(scope="module")
def diagnoses(folder):
    cells = rows(folder / "irr_diagnoses.csv")
    labels = sorted({cell for row in cells for cell in row})
    return np.array([[float(labels.index(cell)) for cell in row] for row in cells]), labels


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row[1:] for row in csv.reader(file)][1:]


def numbers(path):
    return np.array([[float(cell) if cell else np.nan for cell in row] for row in rows(path)])


def one(values, measure, **options):
    (found,) = coefficients(values, measures=[measure], **options)
    return found


@pytest.mark.parametrize("name", SETS)
def test_every_value_of_irrcac(folder, reference, name):
    work, file, tolerance = SETS[name]
    values = numbers(folder / file)
    compared = 0
    for weights, expected in reference["irrcac"][name].items():
        for measure, printed in expected.items():
            (found,) = work(values, measures=[measure], weights=weights)
            assert found.value == pytest.approx(printed["value"], abs=tolerance), (weights, measure)
            assert found.se == pytest.approx(printed["se"], abs=tolerance), (weights, measure)
            compared += 1
    assert compared == {"raw4raters": 18, "distrib_6raters": 8, "cont3x3abstractors": 18}[name]


def test_kappas_of_diagnoses(diagnoses, reference):
    values, labels = diagnoses
    printed = reference["diagnoses"]
    fleiss = one(values, "fleiss_kappa", labels=labels)
    assert fleiss.value == pytest.approx(printed["fleiss_kappa"]["value"], abs=SEVEN)
    assert fleiss.statistic == pytest.approx(printed["fleiss_kappa"]["z"], abs=SEVEN)
    assert one(values, "conger_kappa").value == pytest.approx(printed["fleiss_exact_conger"], abs=SEVEN)
    assert one(values, "light_kappa").value == pytest.approx(printed["light_kappa"], abs=SEVEN)
    found = coefficients(values, measures=["fleiss_kappa_by_category"], labels=labels)
    assert {each.category: each.value for each in found} == pytest.approx(
        printed["categorywise_kappa"], abs=THREE
    )


def test_intraclass_correlation_of_anxiety(anxiety, reference):
    printed = reference["anxiety"]["icc_A1"]
    found = one(anxiety, "icc_A1")
    assert found.value == pytest.approx(printed["value"], abs=SEVEN)
    assert found.statistic == pytest.approx(printed["F"], abs=SEVEN)
    assert found.df1 == printed["df1"]
    assert found.df2 == pytest.approx(printed["df2"], abs=SEVEN)
    assert [found.low, found.high] == pytest.approx(printed["ci95"], abs=SEVEN)
    assert one(anxiety, "icc_C1").value == pytest.approx(reference["anxiety"]["icc_C1"], abs=SEVEN)


def test_ranks_of_anxiety(anxiety, reference):
    printed = reference["anxiety"]
    found = one(anxiety, "kendall_w")
    assert found.value == pytest.approx(printed["kendall_w_tie_corrected"]["value"], abs=SEVEN)
    assert found.statistic == pytest.approx(printed["kendall_w_tie_corrected"]["chisq"], abs=SEVEN)
    uncorrected = one(anxiety, "kendall_w_uncorrected").value
    assert uncorrected == pytest.approx(printed["kendall_w_uncorrected"], abs=SEVEN)
    rho = one(anxiety, "mean_spearman_rho").value
    assert rho == pytest.approx(printed["mean_spearman_rho"], abs=SEVEN)


def test_alpha_of_anxiety_as_irr_prints_it(anxiety, reference):
    for metric, printed in reference["anxiety"]["krippendorff_alpha"].items():
        assert one(anxiety, f"irr_alpha_{metric}").value == pytest.approx(printed, abs=SEVEN), metric


def test_alpha_of_anxiety_is_higher_than_irr_prints_it(anxiety, reference):
    """irr counts 120 pairs of 60 ratings as if they were ratings."""
    for metric, printed in reference["anxiety"]["krippendorff_alpha"].items():
        value = one(anxiety, f"krippendorff_alpha_{metric}").value
        assert (1 - value) / (1 - 1 / 60) == pytest.approx((1 - printed) / (1 - 1 / 120), abs=1e-6)
        assert value > printed
