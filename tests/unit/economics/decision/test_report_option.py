"""`--report FILE` of the commands of health economics: which files it takes, and that they are whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from allay.cli.economics.frontier import frontier
from allay.cli.economics.model import economics_model
from allay.cli.economics.voi import voi
from allay.reports import pdf

MODEL = str(Path(__file__).parents[1] / "models" / "published" / "back-pain.yaml")


@pytest.fixture
def table(call):
    """A table of strategies and a file of draws."""
    (call.folder / "t.csv").write_text("strategy,cost,effect\nA,100,1\nB,300,3\n")
    rows = [
        f"{draw},{name},{cost + draw},{effect}"
        for draw in range(30)
        for name, cost, effect in (("A", 100, 1), ("B", 300, 3))
    ]
    (call.folder / "psa.csv").write_text("draw,strategy,cost,effect\n" + "\n".join(rows) + "\n")
    return call


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (frontier, ("t.csv", "-o", "out.csv")),
        (voi, ("psa.csv", "--wtp", "50,200", "-o", "out.json")),
        (economics_model, (MODEL, "-o", "out.json")),
        (economics_model, (MODEL, "--draws", "30", "--wtp", "10000,30000", "-o", "out.json")),
        (economics_model, (MODEL, "--scenario", f"again={MODEL}", "-o", "out.json")),
    ],
)
def test_a_report_beside_the_result(table, command, words):
    assert table(command, *words, "--report", "r.html")[0] == 0
    page = (table.folder / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert (table.folder / words[-1]).exists()


def test_the_ending_says_which_form(table):
    assert table(frontier, "t.csv", "--report", "r.PDF")[0] == 0
    assert (table.folder / "r.PDF").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["r.txt", "r", "-", "r.html.json"])
def test_other_endings_are_refused_before_anything_is_written(table, name):
    status, out, err = table(frontier, "t.csv", "--report", name, "-o", "out.csv")
    assert (status, out) == (2, "")
    assert f"expected a name that ends in .html or .pdf, found {name!r}" in err
    assert not (table.folder / "out.csv").exists()


def test_without_pango_nothing_is_written(table, monkeypatch):
    def lacking(page):
        raise pdf.PdfUnavailable("PDF needs Pango; write the report as HTML")

    monkeypatch.setattr(pdf, "pdf_bytes", lacking)
    status, out, err = table(frontier, "t.csv", "--report", "r.pdf", "-o", "out.csv")
    assert (status, out) == (2, "")
    assert "write the report as HTML" in err
    assert not list(table.folder.glob("r.pdf*"))
    assert not (table.folder / "out.csv").exists()


def test_a_folder_that_is_not_there(table):
    status, _, err = table(frontier, "t.csv", "--report", "none/r.html")
    assert status == 2
    assert "none" in err


@pytest.mark.parametrize("words", [(), ("--report", "r.html"), ("--draws", "10")])
def test_thresholds_of_a_model_need_neither_report_nor_draws(table, words):
    found = json.loads(table(economics_model, MODEL, "--wtp", "100", *words)[1])
    assert found["tornado"]["wtp"] == 100


def test_the_result_is_the_same_with_a_report(table):
    alone = json.loads(table(voi, "psa.csv", "--wtp", "50")[1])
    assert json.loads(table(voi, "psa.csv", "--wtp", "50", "--report", "r.html")[1]) == alone


def test_drawing_is_imported_only_for_a_report():
    code = (
        "import sys, allay.cli.economics as e; "
        "print([name for name in ('altair', 'vl_convert', 'weasyprint', 'jinja2') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
