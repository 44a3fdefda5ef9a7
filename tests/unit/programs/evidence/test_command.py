"""`allay evidence`: what it prints, what it refuses, and with which exit status."""

from __future__ import annotations

import io
import json

import pytest

from allay.cli.evidence import group
from allay.cli.frame import run
from allay.programs.evidence.cellsheet import read_cells
from allay.programs.evidence.effect import FOLDER
from allay.programs.evidence.library import evidence


@pytest.fixture
def call(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> tuple[int, str, str]:
        status = run(group, list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return command


def test_list(call):
    status, out, _ = call("list", "--format", "csv")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == (
        "condition,title,services,cells,small,moderate,large,favors_comparator,none,insufficient,no_evidence,"
        "not_entered,reviews"
    )
    assert "fibromyalgia,Fibromyalgia,9,56,17,2,0,0,14,12,11,0,AHRQ CER 227" in lines
    assert len(lines) == 6


def test_show_as_a_table_says_all_that_is_not_verified(call):
    status, out, _ = call("show", "low-back-pain", "--service", "acupuncture", "--as-of", "2026-12-01")
    assert status == 0
    assert "−0.54 (−0.91 to −0.16)  5 comparisons" in out
    assert out.count("derived") == 6
    assert "recommendation: Chronic low back pain is first treated without drugs" in out
    assert "[memory]" in out
    assert "AHRQ CER 227: last search 2019-09. Stale: search older than 5 years on 2026-12-01" in out


def test_no_age_is_judged_without_a_day(call):
    _, out, _ = call("show", "neck-pain")
    assert "last search 2019-09. Age not judged: no day given" in out
    assert "Stale" not in out


def test_json_holds_the_rows_and_what_follows(call):
    status, out, _ = call("show", "chronic-pain", "--format", "json", "--as-of", "2025-01-01")
    result = json.loads(out)
    assert status == 0
    assert result["condition"] == "chronic-pain"
    assert result["as_of"] == "2025-01-01"
    assert result["tally"]["small"] == 5
    assert {cell["state"] for cell in result["cells"]} == {"graded_effect", "none"}
    assert [review["age"] for review in result["reviews"]] == ["fresh"]
    assert any(each["kind"] == "harm" for each in result["statements"])
    assert all("@" in version for version in result["facts"])


def test_csv_can_be_read_again(call):
    _, out, _ = call("show", "fibromyalgia", "--format", "csv")
    assert read_cells(io.BytesIO(out.encode())) == evidence().select(condition="fibromyalgia").cells


def test_a_name_that_ends_in_html_gets_the_page(call, tmp_path):
    assert call("show", "neck-pain", "-o", "page.html")[0] == 0
    assert call("show", "neck-pain", "--for", "patient", "--language", "es", "-o", "hoja.html")[0] == 0
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert '<html lang="es">' in (tmp_path / "hoja.html").read_text(encoding="utf-8")


def test_a_patient_may_have_it_as_text(call):
    status, out, _ = call("show", "neck-pain", "--service", "massage", "--for", "patient")
    assert status == 0
    assert "Doing daily things: Helps a little, 1 to 6 months later (less sure)" in out
    assert "Pain: Not studied, 6 to 12 months later; 12 months later or more" in out


def test_a_service_alone_is_shown_in_every_condition(call):
    _, out, _ = call("show", "--service", "chiropractic", "--format", "json")
    assert {cell["row"]["service"] for cell in json.loads(out)["cells"]} == {"spinal_manipulation"}
    _, out, _ = call("show", "--service", "reiki")
    assert "No evidence has been entered for this." in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show",), "name a CONDITION, a --service, or both"),
        (("show", "fibromialgia"), "did you mean 'fibromyalgia'?"),
        (("show", "neck-pain", "--service", "yogo"), "did you mean 'yoga'?"),
        (("show", "neck-pain", "--language", "es"), "--language belongs to --for patient"),
        (("show", "neck-pain", "--for", "patient", "--format", "csv"), "a table or a page"),
        (("show", "neck-pain", "--as-of", "tomorrow"), "expected a date as YYYY-MM-DD"),
        (("check", "nothing.csv"), "expected a file that can be read"),
        (("schema", "cell"), "there is no schema 'cell'"),
    ],
)
def test_bad_usage(call, words, said):
    status, out, err = call(*words)
    assert (status, out) == (2, "")
    assert said in " ".join(err.split())


def test_check(call, tmp_path):
    data = (FOLDER / "cells.csv").read_text(encoding="utf-8")
    (tmp_path / "own.csv").write_text(data, encoding="utf-8")
    status, out, err = call("check", "own.csv")
    assert (status, err) == (0, "")
    assert out.startswith("own.csv: 203 cells hold together: small ")
    (tmp_path / "own.csv").write_text(data.replace(",-0.65,", ",-1.3,"), encoding="utf-8")
    status, out, err = call("check", "own.csv")
    assert (status, out) == (1, "")
    line = next(n for n, text in enumerate(data.splitlines(), start=1) if ",-0.65," in text)
    assert err == f"own.csv:{line}: hi: expected at least the estimate -1.27, found -1.3\n"


def test_every_file_has_a_schema(call):
    status, out, _ = call("schema")
    assert status == 0
    assert set(json.loads(out)) == {"result", "reviews", "statements", "terms"}
