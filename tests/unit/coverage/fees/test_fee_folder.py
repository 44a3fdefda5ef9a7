"""A folder of the user's own files: what it covers comes from it, the rest from what ships."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.base.status import Status
from allay.coverage.fees.schedule import FeeSchedule, shipped_schedule

HEAD = (
    "release,effective,hcpcs,mod,status_code,work_rvu,non_fac_pe_rvu,facility_pe_rvu,mp_rvu,glob_days,"
    "mult_proc\n"
)
VALUES = HEAD + "rvu26a_jan,2026-01-01,97110,,A,0.5,0.5,0.5,0,000,5\n"
INDICES = "mac,state,locality_number,locality_name,gpci_work,gpci_pe,gpci_mp\n"
FACTORS = "date_start,date_end,conversion_factor\n"
LOCALITIES = "mac,locality_number,state,fee_schedule_area,counties,state_abb\n"
DAY = dt.date(2026, 5, 1)


@pytest.fixture
def put(tmp_path):
    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_new_year_needs_only_its_relative_values(put):
    schedule = FeeSchedule.load(put(pfs_rvu_2026=VALUES))
    price = schedule.price("97110", day=DAY)
    assert (str(price.amount), price.status) == ("33.40", Status.SECONDARY)
    assert str(schedule.price("97110", day=DAY, qualifying_apm=True).amount) == "33.57"
    assert schedule.read == ("pfs_rvu_2026.csv",)
    july = dt.date(2024, 7, 15)
    assert schedule.price("99213", day=july).amount == shipped_schedule().price("99213", day=july).amount
    with pytest.raises(NotFound, match="no geographic indices of 2026-05-01"):
        schedule.price("97110", day=DAY, locality="VT")
    with pytest.raises(NotFound, match="release rvu26a_jan as loaded has no row of 99213"):
        schedule.price("99213", day=DAY)


def test_the_users_files_come_before_what_ships(put):
    folder = put(
        pfs_rvu_2026=VALUES,
        pfs_gpci_2026=INDICES + "14512,VT,50,VERMONT,1,1,1\n02402,WA,02,SEATTLE,2,2,2\n",
        pfs_conversion_factors=FACTORS + "2026-01-01,2027-12-31,10\n",
        pfs_conversion_factors_apm=FACTORS + "2026-01-01,2026-12-31,11\n",
        place_of_service="pos_code,pos_type,pos_name\n11,Facility,Office\n",
        other="a,b\n",
    )
    schedule = FeeSchedule.load(folder, status=Status.SYNTHETIC)
    price = schedule.price("97110", day=DAY, locality="seattle")
    assert (str(price.amount), price.status) == ("20.00", Status.SYNTHETIC)
    assert str(schedule.price("97110", day=DAY, qualifying_apm=True).amount) == "11.00"
    assert schedule.place("11").site == "facility"
    assert schedule.conversion_factor(dt.date(2027, 5, 1)).value == 10
    assert str(schedule.conversion_factor(dt.date(2025, 5, 1)).value) == "32.3465"
    assert schedule.left == ("other.csv",)


def test_a_release_of_the_user_comes_before_the_shipped_one(put):
    july = dt.date(2024, 7, 15)
    folder = put(pfs_rvu_2024=VALUES.replace("rvu26a_jan,2026-01-01", "rvu24c_jul,2024-07-01"))
    schedule = FeeSchedule.load(folder)
    assert str(schedule.price("97110", day=july).amount) == "33.29"
    assert str(schedule.price("97110", day=dt.date(2024, 6, 30)).amount) == "29.29"


def test_a_state_that_is_not_one_locality_is_not_taken_for_one(put):
    files = {
        "pfs_rvu_2026": VALUES,
        "pfs_gpci_2026": INDICES + "14512,VT,50,VERMONT,1,1,1\n02402,WA,02,SEATTLE,2,2,2\n",
    }
    assert str(FeeSchedule.load(put(**files)).price("97110", day=DAY, locality="WA").amount) == "66.80"
    files["pfs_localities_2026"] = (
        LOCALITIES + "14512,50,VERMONT,STATEWIDE,ALL,VT\n02402,02,WASHINGTON,SEATTLE,KING,WA\n"
    )
    schedule = FeeSchedule.load(put(**files))
    assert str(schedule.price("97110", day=DAY, locality="VT").amount) == "33.40"
    with pytest.raises(NotFound, match="WA does not name one locality"):
        schedule.price("97110", day=DAY, locality="WA")


def test_all_problems_of_all_files_are_named(put):
    folder = put(
        pfs_rvu_2026=VALUES.replace("0.5", "-1"),
        pfs_gpci_2026=INDICES + "14512,VT,50,VERMONT,0,1,1\n",
        pfs_conversion_factors=FACTORS + "2026-01-01,2027-12-31,x\n",
    )
    with pytest.raises(InvalidInput) as invalid:
        FeeSchedule.load(folder)
    assert sorted({problem.file for problem in invalid.value.problems}) == [
        "pfs_conversion_factors.csv",
        "pfs_gpci_2026.csv",
        "pfs_rvu_2026.csv",
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"pfs_rvu_a": VALUES, "pfs_rvu_b": VALUES},
            "pfs_rvu_b.csv:1: release: expected releases of no other",
        ),
        (
            {
                "pfs_gpci_2026_a": INDICES + "14512,VT,50,VERMONT,1,1,1\n",
                "pfs_gpci_2026_b": INDICES + "14512,VT,50,VERMONT,1,1,1\n",
            },
            "one row of 14512-50 for each day",
        ),
        (
            {
                "pfs_conversion_factors": FACTORS + "2026-01-01,2026-12-31,10\n",
                "pfs_conversion_factors_b": FACTORS + "2026-12-31,2027-12-31,10\n",
            },
            "pfs_conversion_factors_b.csv:1: date_start: expected days of no other file",
        ),
        ({"place_of_service": "", "place_of_service_b": ""}, "one file of places"),
        ({"other": "a"}, "a file such as pfs_rvu_2026.csv or pfs_gpci_2026.csv, found other.csv"),
        ({}, "a file such as .*found nothing"),
    ],
)
def test_folders_that_cannot_be_used(put, files, said):
    with pytest.raises(InvalidInput, match=said):
        FeeSchedule.load(put(**files))


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(InvalidInput, match="a folder of files of CMS, found no folder"):
        FeeSchedule.load(tmp_path / "nowhere")
