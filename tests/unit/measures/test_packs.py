"""Packs of official wording: the gate, the CSV form, pack files and folders, and the commands."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound, NotPermitted
from allay.measures.catalog import all_instruments, get
from allay.measures.instrument import Instrument
from allay.measures.pack import SOURCE, Pack, check_permitted, language_tag, with_pack, with_packs
from allay.measures.packfile import load_packs, read_pack, to_file
from allay.measures.packsheet import read_pack_sheet
from allay.measures.scoring import score_one
from allay.measures.wording import Wording

PERMISSION = "Made up for tests"


def invented(instrument: Instrument, language: str = "en", **more) -> Wording:
    """A wording of made-up texts."""
    settings = {
        "language": language,
        "stem": "In a made-up week",
        "items": {item.id: f"Question {item.id}" for item in instrument.items},
        "answers": {
            item.id: tuple(f"answer {answer.value}" for answer in item.answers) for item in instrument.items
        },
        "attribution": "Made up",
        "source": SOURCE,
        "status": "secondary",
        **more,
    }
    return Wording(**settings)


def invented_pack(name: str, language: str = "en", permission: str = PERMISSION) -> Pack:
    instrument = get(name)
    return Pack(instrument.id, instrument.version, "Invented", permission, invented(instrument, language))


def sheet(instrument: Instrument, *, skip: str = "", headings: str = "") -> str:
    """A CSV pack of made-up texts."""
    rows = ["instrument,language,item,text,answer_value,answer_text"]
    rows += [f"{instrument.id},en,{line},," for line in headings.splitlines()]
    for item in instrument.items:
        for place, answer in enumerate(item.answers):
            text = "" if place else f"Question {item.id}"
            row = f"{instrument.id},en,{item.id},{text},{answer.value},answer {answer.value}"
            if row.split(",", 2)[2] != skip:
                rows.append(row)
    return "\n".join(rows) + "\n"


def read_sheet(text: str, **more) -> Pack:
    return read_pack_sheet(io.BytesIO(text.encode()), name="p.csv", **more)


def refused(text: str, **more) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read_sheet(text, **more)
    return str(caught.value).splitlines()


class TestGate:
    def test_without_a_pack_nothing_is_shown(self):
        with pytest.raises(NotPermitted, match="load a pack that states your permission"):
            get("promis29").wording_for("en")

    def test_with_a_pack_it_is(self):
        packed = with_pack(get("promis29"), invented_pack("promis29"))
        assert packed.wording_for("en").items["PFA11"] == "Question PFA11"
        assert packed.wording == "pack"
        assert packed.packs["en"].permission == PERMISSION
        with pytest.raises(NotPermitted):
            packed.wording_for("es")
        assert get("promis29").languages == ()

    def test_scores_stay_the_same(self):
        packed = with_pack(get("peg"), invented_pack("peg"))
        answers = {"peg_1": 7, "peg_2": 5, "peg_3": 4}
        assert [each.score for each in score_one(packed, answers)] == [
            each.score for each in score_one(get("peg"), answers)
        ]

    def test_a_second_pack_adds_its_language(self):
        both = with_packs(
            get("phq9"), [invented_pack("phq9", "de"), invented_pack("peg"), invented_pack("phq9", "es")]
        )
        assert both.languages == ("en", "de", "es")
        assert list(both.packs) == ["de", "es"]

    def test_permission_is_needed_where_the_license_asks(self):
        with pytest.raises(NotPermitted, match="needs permission"):
            with_pack(get("promis29"), invented_pack("promis29", permission=" "))
        assert with_pack(get("phq9"), invented_pack("phq9", permission="")).languages == ("en",)

    def test_import_only_takes_no_wording(self):
        closed = [each for each in all_instruments() if each.wording == "import-only"]
        assert closed
        for instrument in closed:
            with pytest.raises(NotPermitted, match="only its scores are imported"):
                check_permitted(instrument, permission=PERMISSION)

    def test_a_pack_of_something_else(self):
        with pytest.raises(InvalidValue, match=r"expected a pack of peg@1\.0\.0, found phq9@1\.0\.0"):
            with_pack(get("peg"), invented_pack("phq9"))

    @pytest.mark.parametrize("tag", ["", "english", "e", "en_US", "en-", "en-US-", "../en"])
    def test_what_is_no_language(self, tag):
        with pytest.raises(InvalidValue):
            language_tag(tag)


class TestSheet:
    def test_it_becomes_the_pack(self):
        pack = read_sheet(
            sheet(get("phq9"), headings="_title,A form\n_attribution,Us\n_stem,In a made-up week")
        )
        assert (pack.title, pack.permission, pack.wording.attribution) == ("A form", "", "Us")
        assert pack.wording.answers["phq9_1"] == ("answer 0", "answer 1", "answer 2", "answer 3")
        assert pack.wording.stem_for("phq9_9") == "In a made-up week"

    def test_loinc_codes_in_place_of_ids_and_values(self):
        phq9 = get("phq9")
        text = sheet(phq9)
        for item in phq9.items:
            text = text.replace(f",{item.id},", f",{item.loinc},")
        assert read_sheet(text).wording == read_sheet(sheet(phq9)).wording
        text = sheet(phq9).replace(",phq9_1,,3,answer 3", ",phq9_1,,LA6571-9,answer 3")
        assert read_sheet(text).wording == read_sheet(sheet(phq9)).wording

    def test_ratings_need_only_their_ends_and_stems_can_be_left_off(self):
        rows = "instrument,language,item,text,low,high,stem\npeg,en,_stem,Past week,,,\n"
        rows += "".join(f"peg,en,peg_{k},How bad?,none,worst,{'no' if k == 3 else ''}\n" for k in (1, 2, 3))
        wording = read_sheet(rows).wording
        assert wording.answers["peg_1"][0::5] == ("0", "5", "10")
        assert wording.anchors["peg_2"] == ("none", "worst")
        assert wording.without_stem == {"peg_3"}

    def test_permission_in_the_file_or_beside_it(self):
        text = sheet(get("promis29"), headings="_attribution,PHO")
        with pytest.raises(NotPermitted, match="needs permission"):
            read_sheet(text)
        assert read_sheet(text, permission="Letter of May").permission == "Letter of May"
        assert (
            read_sheet(sheet(get("promis29"), headings="_attribution,PHO\n_permission,Us")).permission == "Us"
        )

    def test_attribution_is_needed(self):
        assert refused(sheet(get("promis29")), permission="Us") == [
            "p.csv:1: item: expected an attribution (copyright) to be shown, found nothing"
        ]

    def test_one_language_of_several(self):
        text = sheet(get("gad7"))
        both = text + text.replace(",en,", ",es,").replace("Question", "Pregunta").split("\n", 1)[1]
        assert read_sheet(both, language="ES").wording.items["gad7_1"] == "Pregunta gad7_1"
        assert refused(both) == [
            "p.csv:2: language: expected one language, or --language to say which, found en, es"
        ]
        assert refused(both, language="de") == ["p.csv:2: language: expected rows in de, found en, es"]

    def test_one_of_several_published_forms_must_be_named(self):
        gad7, old = get("gad7"), replace(get("gad7"), version="0.9.0")
        assert "expected the id of one instrument" in refused(sheet(gad7), instruments=[gad7, old])[0]
        named = sheet(gad7).replace("gad7,en", "gad7@0.9.0,en")
        assert read_sheet(named, instruments=[gad7, old]).version == "0.9.0"

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            (
                "gad7_3,,1,answer 1",
                "gad7_3,,4,answer 1",
                "19: answer_text: expected one of the answers 0, 1, 2, 3",
            ),
            (
                "gad7_3,,1,answer 1",
                "gad7_3,,x,answer 1",
                "11: answer_value: expected the value or LOINC code",
            ),
            ("gad7_3,,1,answer 1", "gad7_3,,,answer 1", "11: answer_value: expected the value or LOINC code"),
            ("gad7_3,,1,answer 1", "gad7_3,,1,", "11: answer_text: expected a text for this answer"),
            ("gad7_3,,1,answer 1", "gad7_3,Else,1,answer 1", "11: text: expected one text for all rows"),
            ("gad7_3,Question gad7_3", "gad7_3,", "10: text: expected a text for gad7_3"),
            ("gad7_3", "gad7_8", "10: item: expected an item of gad7@1.0.0"),
            (
                "gad7,en,gad7_3,,1",
                "phq9,en,gad7_3,,1",
                "11: instrument: expected gad7, one instrument a file",
            ),
            ("gad7,en,gad7_3,,1", "gad7,en,,,1", "11: item: expected an item id in every row"),
            ("gad7,en,gad7_3,,1", "gad7,en,_note,,1", "11: item: expected an item id, or one of _title"),
            ("gad7,en,gad7_3,,1", "gad7,english,gad7_3,,1", "11: language: expected a language as BCP 47"),
            ("gad7,en", "gda7,en", "2: instrument: expected the id of one instrument"),
        ],
    )
    def test_what_does_not_fit(self, old, new, said):
        text = sheet(get("gad7"))
        assert old in text
        said = said.replace("19:", "11:")
        assert any(line.startswith(f"p.csv:{said}") for line in refused(text.replace(old, new)))

    def test_a_dropped_row_is_named(self):
        assert refused(sheet(get("gad7"), skip="gad7_7,,3,answer 3")) == [
            "p.csv:26: text: expected one answer with the value 3 to gad7_7, found none"
        ]

    def test_problems_come_by_line(self):
        text = sheet(get("gad7")).replace("gad7_1,,2,answer 2", "gad7_1,,2,").replace("gad7_2", "gad7_0")
        lines = [int(line.split(":")[1]) for line in refused(text)]
        assert lines == sorted(lines)
        assert len(lines) == 3


class TestFiles:
    def write(self, folder, pack: Pack, name: str) -> None:
        file = to_file(pack, get(pack.reference)).model_dump(mode="json")
        (folder / name).write_text(json.dumps(file), encoding="utf-8")

    def test_a_folder(self, tmp_path):
        self.write(tmp_path, invented_pack("phq9", "es"), "b.json")
        self.write(tmp_path, invented_pack("promis29"), "a.json")
        (tmp_path / "notes.txt").write_text("not a pack")
        assert [(each.instrument, each.language) for each in load_packs(tmp_path)] == [
            ("promis29", "en"),
            ("phq9", "es"),
        ]

    def test_a_folder_with_faults_names_all(self, tmp_path):
        self.write(tmp_path, invented_pack("phq9"), "a.json")
        self.write(tmp_path, invented_pack("phq9"), "b.json")
        self.write(tmp_path, invented_pack("promis29", permission=""), "c.json")
        (tmp_path / "d.json").write_text("{")
        with pytest.raises(InvalidInput) as caught:
            load_packs(tmp_path)
        said = str(caught.value)
        assert (
            "b.json:/language: language: expected one pack a language, found a second one of phq9@1.0.0"
            in said
        )
        assert "c.json:/permission: permission: expected wording that may be shown" in said
        assert "d.json:1: (file): expected JSON" in said

    def test_no_folder(self, tmp_path):
        with pytest.raises(InvalidInput, match="expected a folder of packs"):
            load_packs(tmp_path / "none")

    def test_a_changed_pack_is_refused(self, tmp_path):
        self.write(tmp_path, invented_pack("phq9"), "a.json")
        file = json.loads((tmp_path / "a.json").read_text())
        file["items"][0]["answers"][3]["value"] = 4
        del file["items"][9]
        file["language"] = "english"
        with pytest.raises(InvalidInput) as caught:
            read_pack(io.BytesIO(json.dumps(file).encode()), name="a.json")
        assert [str(problem).split(" expected")[0] for problem in caught.value.problems] == [
            "a.json:/language: language:",
            "a.json:/items: items:",
            "a.json:/items/0/answers/3: 3:",
            "a.json:/items/0: 0:",
        ]

    @pytest.mark.parametrize("change", [{"instrument": "phq7"}, {"version": "9.9.9"}])
    def test_an_instrument_that_is_not_there(self, tmp_path, change):
        file = to_file(invented_pack("phq9"), get("phq9")).model_dump(mode="json") | change
        with pytest.raises(InvalidInput, match="/instrument: instrument: expected the id and version"):
            read_pack(io.BytesIO(json.dumps(file).encode()), name="a.json")


class TestCommands:
    def test_a_written_form_is_a_pack_again(self, allay):
        assert allay("measures", "render", "phq9", "-o", "phq9.json") == (0, "", "")
        assert allay("measures", "load-pack", "phq9.json", "-o", "pack.json") == (0, "", "")
        assert allay("measures", "load-pack", "pack.json")[1] == (allay.folder / "pack.json").read_text()
        pack = read_pack(allay.folder / "pack.json")
        assert pack.wording.items == get("phq9").wordings["en"].items
        assert json.loads((allay.folder / "pack.json").read_text())["allay_version"]

    def test_a_csv_pack_makes_a_form(self, allay):
        (allay.folder / "p.csv").write_text(sheet(get("promis29"), headings="_attribution,PHO"))
        status, out, errors = allay("measures", "load-pack", "p.csv", "-o", "pack.json")
        assert (status, out) == (2, "")
        assert errors.startswith("allay: the wording of promis29 needs permission")
        assert not (allay.folder / "pack.json").exists()
        assert allay("measures", "load-pack", "p.csv", "--permission", "Us", "-o", "pack.json")[0] == 0
        status, out, _ = allay("measures", "render", "promis29", "--pack", "pack.json")
        assert status == 0
        assert "1. Question PFA11\n   [ ] answer 5\n" in out
        assert out.endswith("PHO\n")

    def test_no_wording_no_form(self, allay):
        status, out, errors = allay("measures", "render", "promis29", "-o", "form.txt")
        assert (status, out) == (2, "")
        assert "load a pack that states your permission" in errors
        assert not (allay.folder / "form.txt").exists()
        assert "no official wording in 'es'" in allay("measures", "render", "phq9", "--language", "es")[2]

    def test_the_form_of_another_instrument(self, allay):
        allay("measures", "render", "phq9", "-o", "phq9.json")
        allay("measures", "load-pack", "phq9.json", "-o", "pack.json")
        status, _, errors = allay("measures", "render", "peg", "--pack", "pack.json")
        assert (status, errors) == (
            2,
            "pack.json:/instrument: instrument: expected a pack of peg@1.0.0, found phq9@1.0.0\n",
        )

    def test_text_form(self, allay):
        status, out, _ = allay("measures", "render", "peg")
        assert status == 0
        lines = out.splitlines()
        assert lines[0] == get("peg").title
        assert "   0 = No pain; 10 = Pain as bad as you can imagine" in lines
        assert max(map(len, lines)) <= 88
        assert lines[-1].endswith("Regenstrief Institute, Inc.")
        stem = get("phq9").wordings["en"].stem.split()[0]
        assert allay("measures", "render", "phq9")[1].count(stem + " the last 2 weeks") == 1

    def test_an_unknown_ending(self, allay):
        status, _, errors = allay("measures", "render", "peg", "-o", "form.html")
        assert status == 2
        assert "expected a name that ends in .txt or .json" in errors

    def test_remarks_go_to_standard_error(self, allay):
        allay("measures", "render", "gad7", "-o", "form.json")
        form = json.loads((allay.folder / "form.json").read_text())
        del form["language"]
        (allay.folder / "form.json").write_text(json.dumps(form))
        status, out, errors = allay("measures", "load-pack", "form.json")
        assert (status, errors) == (0, "allay: form.json: the form names no language; taken as en\n")
        assert json.loads(out)["notes"] == ["the form names no language; taken as en"]

    def test_unknown_instrument_and_bad_language(self, allay):
        allay("measures", "render", "gad7", "-o", "form.json")
        assert allay("measures", "load-pack", "form.json", "--instrument", "gad")[0] == 2
        assert allay("measures", "load-pack", "form.json", "--language", "english")[0] == 2
        with pytest.raises(NotFound):
            get("gad")

    def test_answers(self, allay):
        items = [{"linkId": f"peg_{k}", "answer": [{"valueInteger": k}]} for k in (1, 2)]
        response = {
            "resourceType": "QuestionnaireResponse",
            "status": "in-progress",
            "authored": "2026-01-02",
            "subject": {"reference": "Patient/A"},
            "item": [*items, {"linkId": "x", "answer": [{"valueString": "y"}]}],
        }
        (allay.folder / "r.json").write_text(json.dumps(response))
        assert allay("measures", "answers", "r.json") == (
            0,
            "patient_id,date,questionnaire,response_status,peg_1,peg_2,peg_3\nA,2026-01-02,,in-progress,1,2,\n",
            "allay: r.json: /item/2: the answer to 'x' is none of peg@1.0.0 and was passed over\n"
            "allay: r.json: /: the response is in-progress; it was taken as it is\n",
        )
        items[0]["answer"][0]["valueInteger"] = 11
        (allay.folder / "r.json").write_text(json.dumps(response))
        status, out, errors = allay("measures", "answers", "r.json", "-o", "a.csv")
        assert (status, out) == (2, "")
        assert (
            errors == "r.json:/item/0/answer/0: 0: expected one of the answers 0 to 10 to peg_1, found 11\n"
        )
        assert not (allay.folder / "a.csv").exists()
        status, out, errors = allay("measures", "answers", "r.json", "--on-invalid", "flag")
        assert (status, out.count("\n")) == (0, 1)
        assert "(this response was left out)" in errors
