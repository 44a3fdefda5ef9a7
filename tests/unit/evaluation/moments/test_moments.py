"""Moments that travel: pooled sites equal pooled data, and no few members stand behind a sum."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import polars as pl
import pytest

from allay.base.errors import InvalidInput, InvalidValue
from allay.evaluation.did.effects import group_time_effects
from allay.evaluation.did.moments import effects_of_moments
from allay.evaluation.did.panel import wide
from allay.evaluation.moments.cohorts import cohort_sums
from allay.evaluation.moments.handover import hand_over, pool_files
from allay.evaluation.moments.momentsfile import NEVER, MomentsFile, read_moments
from allay.evaluation.panel.columns import COLUMNS, OUTCOMES, first_of, month_number
from allay.evaluation.panel.result import PANEL_FILE, RECORD_FILE, PanelRecord, read_panel
from allay.evaluation.study.roster import read_roster

# Sums of products of cents in another order; the acceptance line asks for no more.
CLOSE = 1e-9
FIRST, MONTHS = month_number(dt.date(2023, 1, 1)), 12


def record(**more):
    day = first_of(FIRST)
    fields = {
        "allay_version": "0",
        "engine": "duckdb",
        "first_month": day,
        "last_month": first_of(FIRST + MONTHS - 1),
        "cost": "paid",
        "value_sets": {"ct": "ct@1.0.0 (memory)"},
        "factor_set": "cdc-2022",
        "opioid_products": 0,
        "opioid_products_without_dose": {},
        "decisions": (),
        "notes": (),
        "counts": {},
        "paid_through": None,
        "incomplete_months": (),
        "left_out_from": None,
        "completion": (),
        "top_coding_share": 0.99,
        "top_coding_level_cents": None,
    }
    return PanelRecord(**(fields | more))


def site(folder, number, *, seed, sizes=None):
    """Write the panel and the roster of a site, and return its rows with the cohort of each member."""
    rng = np.random.default_rng(seed)
    starts = sizes or {0: 200, 4: 60, 7: 50, 9: 40}
    cohort = np.repeat(list(starts), list(starts.values()))
    members = len(cohort)
    names = [f"S{number}-{place:04d}" for place in rng.permutation(members)]
    usual = rng.gamma(2, 20_000, members)[:, None]
    month = np.arange(1, MONTHS + 1)
    treated = (cohort[:, None] > 0) & (month >= cohort[:, None])
    total = np.rint(usual * rng.lognormal(0, 0.5, (members, MONTHS)) + 500 * month - 4000 * treated)
    visits = rng.poisson(3 - 0.8 * treated)
    rows = {name: np.zeros(members * MONTHS, dtype=np.int64) for name in COLUMNS}
    rows |= {
        "person_id": np.repeat(names, MONTHS),
        "month": np.tile(
            np.array([first_of(FIRST + at) for at in range(MONTHS)], dtype="datetime64[D]"), members
        ),
        "enrolled_days": np.tile([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], members),
        "total_cost_cents": total.astype(np.int64).ravel(),
        "medical_cost_cents": total.astype(np.int64).ravel(),
        "therapy_visit": visits.ravel(),
    }
    frame = pl.DataFrame(rows)
    folder.mkdir()
    frame.sort("person_id", "month").write_parquet(folder / PANEL_FILE)
    (folder / RECORD_FILE).write_text(record().model_dump_json())
    roster = [
        f"{name},{first_of(FIRST + start - 1)}" for name, start in zip(names, cohort, strict=True) if start
    ]
    (folder / "roster.csv").write_text("\n".join(["person_id,index_date", *roster]) + "\n")
    return frame.with_columns(pl.Series("cohort", np.repeat(cohort, MONTHS)))


def sums(folder, **more):
    chosen = {"outcomes": ("total_cost_cents", "therapy_visit")} | more
    return cohort_sums(read_panel(folder), read_roster(folder / "roster.csv"), **chosen)


def test_five_sites_pooled_equal_their_pooled_data(tmp_path):
    frames, files = [], []
    for number in range(5):
        place = tmp_path / f"site{number}"
        frames.append(site(place, number, seed=number))
        file = hand_over(sums(place), record(), site=f"site {number}")
        assert not file.hidden_cohorts
        # Through text, as it travels.
        files.append(MomentsFile.model_validate_json(file.model_dump_json()))
    pooled = pool_files(files, names=[str(number) for number in range(5)])
    assert (pooled.sites, len(pooled.site_names)) == (5, 5)
    everyone = pl.concat(frames)
    period = everyone["month"].dt.month().to_numpy().astype(np.int64)
    for outcome in ("total_cost_cents", "therapy_visit"):
        rows = everyone[outcome].to_numpy().astype(float)
        panel = wide(everyone["person_id"].to_numpy(), period, everyone["cohort"].to_numpy(), rows)
        expected = group_time_effects(panel, method="reg")
        found = effects_of_moments(pooled.moments(outcome))
        assert found.cohort.tolist() == expected.cohort.tolist()
        np.testing.assert_allclose(found.att, expected.att, rtol=CLOSE)
        np.testing.assert_allclose(found.se, expected.se, rtol=CLOSE)


def test_small_cohorts_stay(tmp_path):
    site(tmp_path / "s", 1, seed=3, sizes={0: 100, 4: 7, 7: 30, 9: 25})
    file = hand_over(sums(tmp_path / "s"), record())
    # Seven members, and the next smallest cohort: the total less the others would give the seven away.
    assert file.hidden_cohorts == ("2023-04-01", "2023-09-01")
    assert file.outcomes["total_cost_cents"].cohorts == (NEVER, "2023-07-01")
    assert "2023-04-01" not in json.dumps(file.model_dump(mode="json")["outcomes"])
    everything = hand_over(sums(tmp_path / "s"), record(), hidden_up_to=0)
    assert everything.outcomes["total_cost_cents"].members == (100, 7, 30, 25)


def test_longer_periods_merge_cohorts(tmp_path):
    frame = site(tmp_path / "s", 1, seed=3, sizes={0: 100, 4: 7, 5: 30, 9: 25})
    found = sums(tmp_path / "s", period_months=3)
    assert found.cohorts.tolist() == [0, 2, 3]
    assert found.members.tolist() == [100, 37, 25]
    expected = frame.filter(pl.col("cohort").is_in([4, 5]) & (pl.col("month").dt.quarter() == 1))
    assert found.outcomes["therapy_visit"].total[1, 0] == expected["therapy_visit"].sum()


def edited(folder, *changes):
    panel = pl.read_parquet(folder / PANEL_FILE).with_columns(*changes)
    panel.write_parquet(folder / PANEL_FILE)
    return panel


def test_sums_with_few_members_behind_stay(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    roster = pl.read_csv(tmp_path / "s" / "roster.csv", try_parse_dates=True)
    april = roster.filter(pl.col("index_date").dt.month() == 4)["person_id"].sort().to_list()
    may = pl.col("month").dt.month() == 5
    few = pl.col("person_id").is_in(april[:4]) & may
    edited(tmp_path / "s", pl.when(few).then(1).otherwise(0).alias("spine_surgery"))
    file = hand_over(sums(tmp_path / "s", outcomes=("spine_surgery", "therapy_visit")), record())
    assert file.outcomes["spine_surgery"].hidden == ("2023-04-01",)
    assert file.outcomes["spine_surgery"].cohorts == (NEVER, "2023-07-01", "2023-09-01")
    assert file.outcomes["therapy_visit"].hidden == ()


def test_members_with_use_in_both_of_two_periods_count(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    roster = pl.read_csv(tmp_path / "s" / "roster.csv", try_parse_dates=True)
    april = roster.filter(pl.col("index_date").dt.month() == 4)["person_id"].sort().to_list()
    month = pl.col("month").dt.month()
    use = (pl.col("person_id").is_in(april[:20]) & (month == 5)) | (
        pl.col("person_id").is_in(april[16:36]) & (month == 6)
    )
    edited(tmp_path / "s", pl.when(use).then(2).otherwise(0).alias("injection"))
    # Twenty in each month, and four in both: their sum of products would say four.
    file = hand_over(sums(tmp_path / "s", outcomes=("injection",)), record())
    assert file.outcomes["injection"].hidden == ("2023-04-01",)


def test_all_but_a_few_with_one_each_are_hidden_too(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    roster = pl.read_csv(tmp_path / "s" / "roster.csv", try_parse_dates=True)
    april = roster.filter(pl.col("index_date").dt.month() == 4)["person_id"].sort().to_list()
    use = pl.col("person_id").is_in(april[:55]) & (pl.col("month").dt.month() == 5)
    edited(tmp_path / "s", pl.when(use).then(1).otherwise(0).alias("mri"))
    assert hand_over(sums(tmp_path / "s", outcomes=("mri",)), record()).outcomes["mri"].hidden == (
        "2023-04-01",
    )


def test_a_hidden_part_of_cost_hides_the_total(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    roster = pl.read_csv(tmp_path / "s" / "roster.csv", try_parse_dates=True)
    april = roster.filter(pl.col("index_date").dt.month() == 4)["person_id"].sort().to_list()
    few = pl.col("person_id").is_in(april[:3])
    pharmacy = pl.when(few).then(1000).otherwise(0)
    edited(
        tmp_path / "s",
        pharmacy.alias("pharmacy_cost_cents"),
        (pl.col("medical_cost_cents") + pharmacy).alias("total_cost_cents"),
    )
    costs = ("medical_cost_cents", "pharmacy_cost_cents", "total_cost_cents")
    file = hand_over(sums(tmp_path / "s", outcomes=costs), record())
    assert [file.outcomes[name].hidden for name in costs] == [(), ("2023-04-01",), ("2023-04-01",)]


def test_only_members_with_coverage_on_every_day(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    short = (pl.col("month").dt.month() == 6) & pl.col("person_id").str.ends_with("7")
    panel = edited(tmp_path / "s", pl.when(short).then(29).otherwise("enrolled_days").alias("enrolled_days"))
    gone = panel.filter(short)["person_id"].n_unique()
    assert sums(tmp_path / "s").members.sum() == 350 - gone
    later = sums(tmp_path / "s", first_month=first_of(FIRST + 6))
    # Who started before July, or in it, is left out: nothing is known of them from before.
    assert later.cohorts.tolist() == [0, 3]
    assert later.members.sum() == 240


def test_what_does_not_go_together(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    file = hand_over(sums(tmp_path / "s"), record())
    other = hand_over(sums(tmp_path / "s"), record(value_sets={"ct": "ct@2.0.0 (memory)"}))
    with pytest.raises(
        InvalidInput, match=r"b\.json:-: versions: expected the same as in a\.json, found ct@2"
    ):
        pool_files([file, other], names=["a.json", "b.json"])
    with pytest.raises(InvalidValue, match="whole periods"):
        sums(tmp_path / "s", period_months=12, first_month=first_of(FIRST + 1))
    with pytest.raises(InvalidValue, match="more than 10000 members"):
        hand_over(sums(tmp_path / "s"), record(), hidden_up_to=10_000)
    broken = file.model_dump(mode="json")
    broken["outcomes"]["therapy_visit"]["total"][0].pop()
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken))
    with pytest.raises(InvalidInput, match="sums of therapy_visit for 12 periods"):
        read_moments(path)


def test_a_site_that_is_there_twice(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    file, named = (
        hand_over(sums(tmp_path / "s"), record()),
        hand_over(sums(tmp_path / "s"), record(), site="n"),
    )
    with pytest.raises(InvalidInput, match=r"b\.json:-: outcomes: .* found the sums of a\.json again"):
        pool_files([file, file], names=["a.json", "b.json"])
    site(tmp_path / "t", 2, seed=4)
    other = hand_over(sums(tmp_path / "t"), record(), site="n")
    with pytest.raises(InvalidInput, match="site_names: expected each site once, found n as in a"):
        pool_files([named, other], names=["a.json", "b.json"])
    assert pool_files([file, other], names=["a.json", "b.json"]).sites == 2


def test_a_panel_or_a_roster_that_does_not_fit(tmp_path):
    site(tmp_path / "s", 1, seed=3)
    with pytest.raises(InvalidValue, match="the first day of a month, found 2023-01-02"):
        sums(tmp_path / "s", first_month=dt.date(2023, 1, 2))
    (tmp_path / "r.csv").write_text("person_id,index_date\nsmith,2023-04-01\n")
    stranger, panel = read_roster(tmp_path / "r.csv"), read_panel(tmp_path / "s")
    with pytest.raises(InvalidInput, match="somebody who started, found none of the 1 of the roster"):
        cohort_sums(panel, stranger, outcomes=["mri"])
    whole = panel.file.read_bytes()
    panel.file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidInput, match="a panel that is whole, found .* end of file 'the file'"):
        sums(tmp_path / "s")
    pl.DataFrame({"x": [1]}).write_parquet(panel.file)
    with pytest.raises(InvalidInput, match="a panel that is whole"):
        sums(tmp_path / "s")


def test_commands(allay):
    for number in range(2):
        site(allay.folder / f"p{number}", number, seed=number)
        said = allay(
            "evaluation",
            "moments",
            f"p{number}",
            f"p{number}/roster.csv",
            "-o",
            f"{number}.json",
            "--site",
            f"s{number}",
        )
        assert said[0] == 0, said
        assert "12 periods, 18 outcomes; hidden up to 10" in said[1]
    status, said, _ = allay(
        "evaluation", "pool", "0.json", "1.json", "-o", "pooled.json", "--effects", "effects.json"
    )
    assert (status, said) == (0, "2 sites, 12 periods, 18 outcomes\n")
    effects = json.loads((allay.folder / "effects.json").read_text())
    simple = effects["outcomes"]["total_cost_cents"]["simple"]
    # What was built in is -4,000 cents.
    assert simple["low"] < -4000 < simple["high"]
    assert len(effects["outcomes"]) == len(OUTCOMES)
    assert allay("evaluation", "moments", "p0", "p0/roster.csv", "-o", "x.json", "--outcomes", "mr")[0] == 2
    assert not (allay.folder / "x.json").exists()
    # Both files of a pool are written, or none.
    for effects in ("nowhere/e.json", "twice.json"):
        words = ("evaluation", "pool", "0.json", "1.json", "-o", "twice.json", "--effects", effects)
        assert allay(*words)[0] == 2
        assert not (allay.folder / "twice.json").exists()
