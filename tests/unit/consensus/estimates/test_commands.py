"""The commands `allay consensus estimates` and `allay consensus ranking`."""

from __future__ import annotations

import json

import allay
from allay.cli.consensus.estimates import estimates
from allay.cli.consensus.ranking import ranking

FILE = "item,expert,lower,best,upper,round\n" + "".join(
    f"y1,{expert},{best - 10},{best},{best + 10},{number}\n"
    for number, bests in ((1, (20, 50, 55, 65, 80)), (2, (50, 50, 55, 60, 70)))
    for expert, best in zip("abcde", bests, strict=True)
)
ODD = FILE.replace("y1,a,10,20,30,1", "y1,a,0.1,0.2,0.3,1")
RANKS = "rater,item,rank\n" + "".join(
    f"{rater},{item},{rank}\n"
    for rater, order in zip("pqrst", ("ABC", "ABC", "ACB", "BAC", "ABC"), strict=True)
    for rank, item in enumerate(order, start=1)
)


def test_estimates_as_csv(call):
    status, out, err = call(estimates, FILE)
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[0] == (
        "item,round,n,mean,median,log_odds_mean,q1,q3,iqr,lower,upper,iqr_change,both_rounds,share_changed,"
        "other_scale"
    )
    # The sum of log-odds is 0.81971.
    assert lines[1].startswith("y1,1,5,54.0,55.0,54.089")
    assert lines[1].endswith(",50.0,65.0,15.0,44.0,64.0,,,,0")
    assert lines[2].endswith(",50.0,60.0,10.0,47.0,67.0,-5.0,5,0.6,0")


def test_a_row_on_another_scale_is_said_and_stands_in_every_form(call):
    status, out, err = call(estimates, ODD, "--format", "json")
    result = json.loads(out)
    assert status == 0
    assert err.splitlines()[0].startswith("in.csv:2: best: expected numbers on the scale from 0 to 100")
    assert err.splitlines()[1] == "allay: in.csv: rows on another scale are counted as they stand"
    assert result["allay_version"] == allay.__version__
    assert result["other_scale"] == [{"line": 2, "item": "y1", "round": "1"}]
    assert result["items"][0]["other_scale"] == 1
    assert '"a"' not in out
    _, out, _ = call(estimates, ODD, "--format", "table")
    assert "plainly on another scale and counted as they stand: line 2" in out
    assert "log-odds mean of shares drawn to 0.01 and 0.99 (secondary)" in out
    _, out, _ = call(estimates, ODD, "--format", "csv")
    assert out.splitlines()[1].endswith(",1")


def test_other_scale_left_out_or_refused(call):
    status, out, err = call(estimates, ODD, "--other-scale", "leave-out", "--format", "json")
    assert (status, json.loads(out)["items"][0]["n"]) == (0, 4)
    assert "rows on another scale are left out" in err
    status, out, err = call(estimates, ODD, "--other-scale", "refuse", "-o", "out.csv")
    assert (status, out) == (2, "")
    assert err.startswith("in.csv:2: best:")
    assert not (call.folder / "out.csv").exists()


def test_few_experts_are_said_to_be_few(call):
    _, _, err = call(estimates, FILE.replace("y1,a,10,20,30,1\n", ""))
    assert "items with fewer than 5 experts" in err
    _, _, err = call(ranking, "\n".join(RANKS.splitlines()[:-3]) + "\n")
    assert "fewer than 5 raters" in err


def test_scale_and_column(call):
    status, out, _ = call(
        estimates, "claim,expert,best\n1,a,0.4\n1,b,0.6\n", "--scale", "0:1", "--item", "claim"
    )
    assert (status, out.splitlines()[1][:12]) == (0, "1,1,2,0.5,0.")
    status, _, err = call(estimates, FILE, "--scale", "100")
    assert status == 2
    assert "expected LOW:HIGH" in err


def test_several_problems_one_per_line(call):
    status, out, err = call(estimates, FILE + "y1,a,1,2,3,1\ny1,f,9,x,3,1\n")
    assert (status, out) == (2, "")
    assert [line[:10] for line in err.splitlines()] == ["in.csv:12:", "in.csv:13:"]


def test_ranking_in_every_form(call):
    status, out, err = call(ranking, RANKS)
    assert (status, err) == (0, "")
    # A 1 + 1 + 1 + 2 + 1, B 2 + 2 + 3 + 1 + 2, C 3 + 3 + 2 + 3 + 3.
    assert out == "place,item,score,raters,tied\n1,A,6,5,false\n2,B,10,5,false\n3,C,14,5,false\n"
    _, out, _ = call(ranking, RANKS, "--format", "json")
    result = json.loads(out)
    assert (result["allay_version"], result["points"], result["raters"]) == (allay.__version__, "rank-sum", 5)
    # S = 16 + 0 + 16 around a mean of 10.
    assert abs(result["kendall_w"] - 12 * 32 / (25 * 24)) < 1e-15
    assert result["technique"]["source"]["status"] == "memory"
    _, out, _ = call(ranking, RANKS, "--format", "table")
    assert "Kendall's W 0.6400" in out


def test_ranking_of_the_first_few(call):
    text = "rater,item,rank\np,A,1\np,B,2\nq,C,1\nq,A,2\n"
    status, _, err = call(ranking, text)
    assert status == 2
    assert [line[:9] for line in err.splitlines()] == ["in.csv:2:", "in.csv:4:"]
    _, out, _ = call(ranking, text, "--top", "2")
    assert out.splitlines()[1:] == ["1,A,3,2,false", "2,C,2,1,false", "3,B,1,1,false"]
    status, _, err = call(ranking, text, "--top", "2", "--points", "rank-sum")
    assert (status, err.splitlines()[0][:9]) == (2, "in.csv:-:")


def test_a_scale_is_written_as_numbers_are_in_files(call):
    for odd in ("0:1_00", "٠:١٠٠", "0:inf", "0:nan"):
        status, out, err = call(estimates, FILE, "--scale", odd)
        assert (status, out) == (2, "")
        assert f"expected LOW:HIGH, such as 0:100, found {odd!r}" in err
    assert call(estimates, FILE, "--scale", "-1e1:+1e2")[0] == 0


def test_a_scale_too_large_is_not_called_reversed(call):
    status, _, err = call(estimates, FILE, "--scale", "0:1e300")
    assert status == 2
    assert "rising, from -1,000,000,000 to 1,000,000,000 at most, such as 0:100, found 0:1e+300" in err


def test_items_are_not_the_experts_or_their_numbers(call):
    for column in ("expert", "best", "lower", "upper", "round", ""):
        status, out, err = call(estimates, FILE, "--item", column)
        assert (status, out) == (2, "")
        assert f"expected the name of another column for items, found {column!r}" in err
