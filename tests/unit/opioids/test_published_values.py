"""Published doses, entered again from their sources (COSRI, CDC, opioid-mme-r4, mmequiv), and mistakes."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidValue
from allay.interop.medication_requests import doses_per_day
from allay.measures.opioids.dose import figure_doses
from allay.measures.opioids.factor_set import get_set
from allay.measures.opioids.prescriptions import prescriptions_of
from allay.measures.opioids.summary import summarize

# Expected values are exact but where the source prints one decimal (butorphanol).
EXACT = 1e-9
# The source cuts doses per day off after eight digits.
CUT_OFF = 1e-8

# RxNorm code, drug, strength, unit, quantity, days, MME a day: tests of COSRI's calculator, commit 7322cbf5.
COSRI = """
1049621 | oxycodone     | 5   | mg    | 30  | 10 | 22.5
1049635 | oxycodone     | 2.5 | mg    | 90  | 45 | 7.5
904880  | buprenorphine | 5   | ug/h  | 4   | 28 | 11
1010600 | buprenorphine | 2   | mg    | 30  | 30 | 60
991149  | methadone     | 10  | mg/mL | 120 | 60 | 80
1990745 | methadone     | 40  | mg    | 14  | 7  | 960
1307056 | buprenorphine | 4   | mg    | 30  | 30 | 120
991149  | methadone     | 10  | mg/mL | 240 | 60 | 320
1990745 | methadone     | 40  | mg    | 31  | 31 | 320
857005  | hydrocodone   | 7.5 | mg    | 240 | 30 | 60
197696  | fentanyl      | 75  | ug/h  | 10  | 30 | 180
897702  | hydromorphone | 4   | mg    | 180 | 45 | 80
902729  | hydromorphone | 12  | mg    | 30  | 30 | 60
856999  | hydrocodone   | 10  | mg    | 45  | 15 | 30
245136  | fentanyl      | 100 | ug/h  | 10  | 30 | 240
1049576 | oxycodone     | 30  | mg    | 30  | 30 | 45
668363  | fentanyl      | 100 | ug    | 10  | 10 | 13
891888  | morphine      | 30  | mg    | 60  | 30 | 60
856999  | hydrocodone   | 10  | mg    | 240 | 30 | 80
856999  | hydrocodone   | 10  | mg    | 120 | 30 | 40
891881  | morphine      | 15  | mg    | 90  | 30 | 45
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in COSRI.strip().splitlines()]


def figured(*rows: dict[str, str], set_id: str, **settings):
    """Figure rows of one patient."""
    given = prescriptions_of([{"patient_id": "A", **row} for row in rows], name="case")
    return figure_doses(given, factors=get_set(set_id), **settings)


def one(set_id: str, drug: str, strength: str, unit: str, quantity: str, days: str, **more):
    """Figure one row that names its drug."""
    settings = {key: more.pop(key) for key in ("patch", "include_buprenorphine") if key in more}
    row = {
        "drug": drug,
        "strength": strength,
        "unit": unit,
        "quantity": quantity,
        "days_supply": days,
        **more,
    }
    return figured(row, set_id=set_id, **settings).frame.row(0, named=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} x{row[4]}")
def test_cosri(row):
    code, drug, strength, unit, quantity, days, expected = row
    amounts = {"quantity": quantity, "days_supply": days}
    for given in ({"rxcui": code}, {"rxcui": code, "drug": drug, "strength": strength, "unit": unit}):
        found = figured({**given, **amounts}, set_id="cosri", include_buprenorphine=True).frame.row(
            0, named=True
        )
        assert found["mme_per_day"] == pytest.approx(float(expected), abs=EXACT)
        assert (found["ingredient"], found["status"]) == (drug, "computed")


def test_cosri_sums_and_what_is_no_opioid():
    two = figured(
        {"rxcui": "891881", "quantity": "90", "days_supply": "30"},
        {"rxcui": "891888", "quantity": "60", "days_supply": "30"},
        set_id="cosri",
    )
    assert two.frame["mme_per_day"].sum() == 105
    assert figured(set_id="cosri").frame["mme_per_day"].sum() == 0
    other = figured({"rxcui": "2381144", "quantity": "60", "days_supply": "60"}, set_id="cosri").frame
    assert other.select("status", "mme_per_day").row(0) == ("not_opioid", None)


@pytest.mark.parametrize(
    ("set_id", "row", "expected"),
    [
        ("cdc-2022", ("hydrocodone", "5", "mg", "4", "1"), 20),
        ("cdc-2022", ("oxycodone ER", "10", "mg", "2", "1"), 30),
        ("cdc-2018", ("oxycodone", "10", "mg", "120", "30"), 60),
        ("cdc-2018", ("fentanyl patch", "25", "mcg/h", "10", "30"), 60),
        ("cdc-2016", ("morphine ER", "20", "mg", "1", "1"), 20),
        ("cdc-2016", ("fentanyl patch", "75", "mcg/h", "1", "3"), 180),
        ("cdc-2016", ("oxycodone", "10", "mg", "2", "1"), 30),
        ("cdc-2016-analytic", ("fentanyl patch", "25", "mcg/h", "10", "30"), 60),
        ("cdc-2016-analytic", ("fentanyl patch", "37.5", "mcg/h", "10", "30"), 90),
        ("cdc-2016-analytic", ("methadone", "10", "mg", "6", "1"), 600),
        ("cdc-2016-analytic", ("oxycodone", "10", "mg", "4", "1"), 60),
        ("cdc-2016-analytic", ("oxycodone ER", "30", "mg", "2", "1"), 90),
        ("cdc-2016-analytic", ("fentanyl nasal spray", "0.4", "MG/ACTUAT", "3", "1"), 192),
        ("cdc-2016-analytic", ("fentanyl mucosal spray", "0.1", "MG/ACTUAT", "3", "1"), 48),
    ],
)
def test_cdc_and_opioid_mme_r4(set_id, row, expected):
    assert one(set_id, *row)["mme_per_day"] == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize(
    ("frequency", "period", "unit", "expected"),
    [
        (2, 4, "h", 12),
        (1, 30, "min", 48),
        (1, 30, "s", 2880),
        (4, 1, "d", 4),
        (2, 1, "wk", 0.28571428),
        (10, 1, "mo", 0.33333333),
        (10, 1, "a", 0.02739726),
    ],
)
def test_doses_per_day_of_opioid_mme_r4(frequency, period, unit, expected):
    assert doses_per_day(frequency, period, unit) == pytest.approx(expected, abs=CUT_OFF)


@pytest.mark.parametrize(
    ("frequency", "period", "unit"), [(10, 1, "mg"), (0, 1, "d"), (1, 0, "d"), (1, -1, "d")]
)
def test_what_is_no_timing(frequency, period, unit):
    with pytest.raises(InvalidValue):
        doses_per_day(frequency, period, unit)


def test_butorphanol_to_the_printed_decimal():
    found = one("cdc-2018", "butorphanol nasal spray", "10", "mg/mL", "2.5", "30")
    assert round(found["mme_per_day"], 1) == 5.8


class TestMmequiv:
    """Buprenorphine film 50 mcg twice a day for 5 days, hydrocodone 75 mg three times a day for 10 days."""

    FILM = {"drug": "buprenorphine", "form": "film", "strength": "50", "unit": "mcg"}
    ROWS = (
        {**FILM, "quantity": "10", "days_supply": "5"},
        {"drug": "hydrocodone", "strength": "75", "unit": "mg", "quantity": "30", "days_supply": "10"},
    )

    def summary(self, *rows, **settings):
        doses = figured(*rows, set_id="heal", **settings)
        return summarize(doses, therapy_days=10, window_days=5).row(0, named=True)

    def test_with_buprenorphine(self):
        found = self.summary(*self.ROWS, include_buprenorphine=True)
        assert [found[f"mme{k}"] for k in (1, 2, 3, 4)] == pytest.approx(
            [151.3, 226.95, 453.9, 228.9], abs=EXACT
        )

    def test_without(self):
        found = self.summary(*self.ROWS)
        assert [found[f"mme{k}"] for k in (1, 2, 3, 4)] == pytest.approx([225, 225, 450, 225], abs=EXACT)
        assert (found["excluded"], found["excluded_mme"]) == (1, pytest.approx(19.5, abs=EXACT))

    def test_buprenorphine_alone_left_out_has_no_average(self):
        found = self.summary(self.ROWS[0])
        assert [found[f"mme{k}"] for k in (1, 2, 3, 4)] == [None] * 4


class TestPublishedMistakes:
    """What others print that is wrong, beside what is right."""

    def test_factors_of_2016_under_the_label_2022(self):
        # The query text of opioid-mme-r4 and opioid-cds-r4 still has 4 where its own page says 5.
        row = ("hydromorphone", "4", "mg", "4", "1")
        assert (one("cdc-2022", *row)["mme_per_day"], one("cdc-2016", *row)["mme_per_day"]) == (80, 64)

    @pytest.mark.parametrize(
        ("mg", "factor"), [("20", 4), ("20.5", 8), ("21", 8), ("40.2", 10), ("60.01", 12)]
    )
    def test_methadone_between_two_ranges_is_not_nothing(self, mg, factor):
        # There, 20.5 mg a day gives null. Here it is rounded up.
        found = one("cdc-2016", "methadone", mg, "mg", "1", "1")
        assert found["factor"] == factor
        assert found["mme_per_day"] == pytest.approx(float(mg) * factor, abs=EXACT)

    def test_the_patch_of_rec08(self):
        # The same patch is 179.99999820 in REC04/05 of opioid-cds-r4 and 54.0 in REC08.
        found = one("cdc-2016", "fentanyl patch", "75", "mcg/h", "10", "30")["mme_per_day"]
        assert found == 180
        assert found != 54.0


def test_both_routes_of_a_patch():
    # By rate the number of patches does not matter; per patch, one every 3 days is the same dose.
    for set_id in ("cdc-2022", "cdc-2018"):
        for quantity, by_rate, per_patch in (("10", 180, 180), ("30", 180, 540)):
            row = ("fentanyl patch", "75", "mcg/h", quantity, "30")
            assert one(set_id, *row, patch="rate")["mme_per_day"] == pytest.approx(by_rate, abs=EXACT)
            assert one(set_id, *row, patch="per-patch")["mme_per_day"] == pytest.approx(per_patch, abs=EXACT)
    weekly = ("buprenorphine patch", "5", "mcg/h", "4", "28")
    heal = one("heal", *weekly, include_buprenorphine=True)["mme_per_day"]
    assert heal == pytest.approx(one("cosri", *weekly, include_buprenorphine=True)["mme_per_day"], abs=EXACT)
    assert heal == 11
