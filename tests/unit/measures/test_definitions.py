"""Definitions that do not hold together are refused, with the file, the line and the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound, NotPermitted
from allay.measures import catalog
from allay.measures.bands import Band, check_bands
from allay.measures.catalog import all_instruments, get, load_instrument

PEG = (catalog.FOLDER / "peg.yaml").read_text(encoding="utf-8")
PHQ9 = (catalog.FOLDER / "phq9.yaml").read_text(encoding="utf-8")
PROMIS29 = (catalog.FOLDER / "promis29.yaml").read_text(encoding="utf-8")
GLOBAL10 = (catalog.FOLDER / "promis-global10.yaml").read_text(encoding="utf-8")


def broken(folder: Path, text: str, old: str, new: str) -> Path:
    assert old in text
    path = folder / "broken.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (PEG, "loinc: 75893-8", "loinc: 75893-9", "check digit"),
        (PHQ9, "LA6568-5", "LA6568-6", "check digit"),
        (PROMIS29, "id: PFA21, label", "id: PFA11, label", "every item id of promis29 once"),
        (PEG, "loinc: 91145-3", "loinc: 75893-8", "every LOINC of peg once"),
        (PEG, "items: [peg_1, peg_2, peg_3]", "items: [peg_1, peg_2, peg_4]", "to use items of peg"),
        (
            PEG,
            "items: [peg_1, peg_2, peg_3]",
            "items: [peg_1, peg_2, peg_2]",
            "every item of scale total once",
        ),
        (PEG, "answers: nrs", "answers: nrss", "one of the answer lists nrs"),
        (PEG, "{value: 5, label", "{value: 15, label", "without a gap"),
        (PEG, "source: reed_2023, status: verified}", "source: reed_2024, status: verified}", "reed_2024"),
        (PEG, "source: reed_2023, status: verified}", "status: verified}", "source"),
        (PEG, "source: reed_2023, status: verified}", "source: reed_2023}", "status"),
        (PEG, "status: verified}", "status: certain}", "status"),
        (PEG, "id: sd_low", "id: typical", "every threshold and rule of total once"),
        (PEG, "value: 1.0, kind", "value: 0, kind", "threshold typical above 0"),
        (PEG, "missing: all_answers", "missing: some", "one of the missing_rules"),
        (PEG, "version: 1.0.0", "version: '1'", "a version such as 1.0.0"),
        (PEG, "id: peg\n", "id: PEG\n", "an id of small letters"),
        (PEG, "wording: shipped", "wording: pack", "wording in at least one language"),
        (
            PEG,
            "      peg_3: What number best",
            "      peg_4: What number best",
            "answer labels for every item",
        ),
        (PEG, "      peg_1: [No pain", "      peg_9: [No pain", "anchors only for items"),
        (PEG, "domain: pain", "domain: pain\ncolor: red", "color"),
        (PHQ9, "may_miss: 2", "may_miss: 9", "may_miss below the number of items"),
        (PHQ9, "from: 5, to: 10", "from: 6, to: 10", "band mild to begin at 5"),
        (PHQ9, "from: 0, to: 5", "from: 1, to: 5", "reach down to 0"),
        (PHQ9, "from: 20, to: 27", "from: 20, to: 26", "reach up to 27"),
        (PHQ9, "id: mild,", "id: minimal,", "every band id once"),
        (PHQ9, "from: 5, to: 10", "from: 10, to: 5", "to rise"),
        (PHQ9, "method: sum", "method: table", "a table for scale total"),
        (PROMIS29, "t: [22.5, 26.6,", "t: [26.6, 26.6,", "rise with the raw sum"),
        (PROMIS29, "t: [22.5, 26.6,", "t: [22.5,", "as many scores as standard errors"),
        (PROMIS29, "se: [4.0,", "se: [0.0,", "standard errors above 0"),
        (PROMIS29, "raw_minimum: 4", "raw_minimum: 5", "for every raw sum 4 to 20"),
        (
            PROMIS29,
            "{mean_of: [fatigue], weight: -0.009}",
            "{mean_of: [fatigued], weight: -0.009}",
            "in one term",
        ),
        (PROMIS29, "sd: 2.34", "sd: 0", "a standard deviation above 0"),
        (PROMIS29, "bands: function", "bands: functions", "one of the bands"),
        (PROMIS29, "label_source: labels", "label_source: label", "label_source"),
        (PROMIS29, "may_miss: 0", "may_miss: 1", "a table needs every answer"),
        (GLOBAL10, "10: 1}", "9: 1}", "each key once"),
        (GLOBAL10, ", 10: 1}", "}", "a recode of every answer to Global07"),
    ],
)
def test_refused(tmp_path, text, old, new, message):
    path = broken(tmp_path, text, old, new)
    with pytest.raises(InvalidInput) as caught:
        load_instrument(path)
    assert message in str(caught.value), str(caught.value)
    assert str(caught.value).startswith(f"{path}:")


def test_borders_belong_to_one_band():
    low = Band("low", "Low", 0, 5, low_included=True, high_included=True)
    both = Band("high", "High", 5, 10, low_included=True, high_included=True)
    with pytest.raises(InvalidValue, match="both of low and high"):
        check_bands([low, both], minimum=0, maximum=10)
    low = Band("low", "Low", 0, 5, low_included=True, high_included=False)
    neither = Band("high", "High", 5, 10, low_included=False, high_included=True)
    with pytest.raises(InvalidValue, match="neither of low and high"):
        check_bands([low, neither], minimum=0, maximum=10)


class TestCatalog:
    def test_by_id_and_version(self):
        assert get("phq9") is get("phq9@1.0.0")

    @pytest.mark.parametrize(
        ("reference", "message"),
        [
            ("phq-9", "did you mean 'phq9'"),
            ("phq9@9.9.9", "no version of phq9"),
            ("phq9@", "no version"),
            ("", "no instrument"),
        ],
    )
    def test_not_found(self, reference, message):
        with pytest.raises(NotFound, match=message):
            get(reference)

    def test_the_newest_version_is_the_default(self, tmp_path, monkeypatch):
        for version in ("1.0.0", "1.10.0", "1.9.0"):
            text = PEG.replace("version: 1.0.0", f"version: {version}")
            (tmp_path / f"peg-{version}.yaml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(catalog, "FOLDER", tmp_path)
        catalog._catalog.cache_clear()
        try:
            assert get("peg").version == "1.10.0"
            assert get("peg@1.9.0").version == "1.9.0"
            assert len(all_instruments()) == 1
            (tmp_path / "again.yaml").write_text(PEG, encoding="utf-8")
            catalog._catalog.cache_clear()
            with pytest.raises(Exception, match="defined twice"):
                get("peg")
        finally:
            catalog._catalog.cache_clear()

    def test_unknown_item_and_scale(self):
        with pytest.raises(NotFound, match="item of peg"):
            get("peg").item("peg_9")
        with pytest.raises(NotFound, match="scale of peg"):
            get("peg").scale("sum")


class TestWording:
    @pytest.mark.parametrize("instrument_id", ["peg", "phq9", "gad7"])
    def test_shipped_in_english_only(self, instrument_id):
        instrument = get(instrument_id)
        assert instrument.languages == ("en",)
        wording = instrument.wording_for("en")
        assert tuple(wording.items) == instrument.item_ids
        with pytest.raises(NotPermitted, match="no official wording in 'es'"):
            instrument.wording_for("es")

    @pytest.mark.parametrize("instrument_id", ["promis29", "promis-global10"])
    def test_promis_is_not_shipped(self, instrument_id):
        assert get(instrument_id).languages == ()
        with pytest.raises(NotPermitted, match="load a pack"):
            get(instrument_id).wording_for("en")

    def test_stem_and_anchors(self):
        phq9 = get("phq9").wording_for("en")
        assert phq9.stem_for("phq9_9").startswith("Over the last 2 weeks")
        assert phq9.stem_for("phq9_difficulty") == ""
        assert phq9.answers["phq9_1"] == (
            "Not at all",
            "Several days",
            "More than half the days",
            "Nearly every day",
        )
        assert phq9.answers["phq9_difficulty"][3] == "Extremely difficult"
        peg = get("peg").wording_for("en")
        assert peg.stem == ""
        assert peg.anchors["peg_2"] == ("Does not interfere", "Completely interferes")
        assert peg.answers["peg_1"] == tuple(str(k) for k in range(11))


class TestScale:
    @pytest.mark.parametrize(
        ("instrument", "scale", "score", "band"),
        [
            ("promis29", "fatigue", 55.0, "within_normal_limits"),
            ("promis29", "fatigue", 55.1, "mild"),
            ("promis29", "fatigue", 60.0, "mild"),
            ("promis29", "fatigue", 70.0, "moderate"),
            ("promis29", "fatigue", 70.1, "severe"),
            ("promis29", "physical_function", 45.0, "within_normal_limits"),
            ("promis29", "physical_function", 44.9, "mild"),
            ("promis29", "physical_function", 40.0, "mild"),
            ("promis29", "physical_function", 30.0, "moderate"),
            ("promis29", "physical_function", 29.9, "severe"),
            ("promis-global10", "gmh", 56.0, "excellent"),
            ("promis-global10", "gmh", 28.9, "poor"),
            ("promis-global10", "gph", 50.0, "very_good"),
            ("promis29", "phs", 50.0, ""),
            ("peg", "total", 7.0, ""),
            ("phq9", "total", None, ""),
        ],
    )
    def test_band(self, instrument, scale, score, band):
        assert get(instrument).scale(scale).band(score) == band

    def test_band_title(self):
        assert get("phq9").scale("total").band_title(15) == "Moderately severe"
        assert get("phq9").scale("total").band_title(None) == ""

    @pytest.mark.parametrize(
        ("instrument", "scale", "score", "text"),
        [
            ("phq9", "total", 9.0, "9"),
            ("phq9", "total", 10.0, "10"),
            ("peg", "total", 6.0, "6"),
            ("peg", "total", 20 / 3, "6.6667"),
            ("promis29", "phs", 50.0, "50.0000"),
            ("promis29", "anxiety", 48.0, "48.0"),
            ("promis29", "anxiety", None, ""),
            ("promis29", "anxiety", float("nan"), ""),
        ],
    )
    def test_format(self, instrument, scale, score, text):
        assert get(instrument).scale(scale).format(score) == text
