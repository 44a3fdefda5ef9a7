"""Feedback to raters: their own ratings, the panel's, and what comes next."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.unit.consensus.rounds.exercises import (
    CODES,
    COMMENTS,
    PROTOCOL,
    ROUND_1,
    ROUND_2,
    STATEMENTS,
    ratings_text,
    write_exercise,
)

from allay.base.errors import NotFound
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.protocol.scale import RatingScale
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.rounds.feedback import feedback
from allay.reports.feedback_page import FeedbackWords, catalog, distribution, feedback_html, regions


@pytest.fixture
def sheets(tmp_path):
    def make(*, number=1, **changed):
        protocol, ratings = write_exercise(tmp_path, **changed)
        tables = read_ratings(ratings, name="ratings.csv")
        return {one.rater: one for one in feedback(read_exercise(protocol), tables, number=number)}

    return make


def test_each_rater_who_answered_gets_the_own_ratings_beside_the_panels(sheets):
    found = sheets()
    assert list(found) == list(CODES)
    assert [item.own for item in found["zq03"].items] == [8, 9, 2]
    assert [item.own for item in found["zq12"].items] == [9, None, 3]
    assert (found["zq12"].rated, found["zq12"].answered) == (2, 12)
    item = found["zq03"].items[1]
    assert (item.n, item.counts, item.median) == (11, (2, 2, 0, 0, 3, 0, 0, 2, 2), 5)


def test_who_did_not_answer_gets_nothing(sheets):
    assert list(sheets(number=2)) == list(CODES[:10])


def test_comments_are_those_of_the_round_without_who_wrote_them(sheets):
    told = COMMENTS + "1,s3,Ask zq04,\n2,s2,Later,\n"
    found = sheets(comments=told)["zq01"].items
    assert [item.comments for item in found] == [
        ("Agreed",),
        ("<b>Unclear</b> & too short", "What is one visit?"),
        ("Ask [a rater]",),
    ]


def test_reasons_of_edits_name_nobody(sheets):
    edited = STATEMENTS.replace("reason: It was unclear", "reason: Unclear to zq07")
    (item,) = (one for one in sheets(statements=edited)["zq01"].next_items if one.statement == "s2")
    assert item.reason == "Unclear to [a rater]"


def test_nothing_of_a_panel_that_is_too_small_is_shown(sheets):
    few = (7, 8, 9, 7) + (None,) * 8
    sheet = sheets(ratings=ratings_text({1: dict.fromkeys(ROUND_1, few)}))["zq01"]
    assert [(item.own, item.counts, item.median, item.comments) for item in sheet.items] == [
        (7, (), None, ())
    ] * 3
    page = feedback_html(sheet)
    assert "Fewer than 5 people answered" in page
    assert "<svg" not in page


def test_nothing_of_a_statement_that_few_rated_is_shown(sheets):
    few = (7, 8, 9, 7) + (None,) * 8
    sheet = sheets(ratings=ratings_text({1: ROUND_1 | {"s2": few}}))["zq01"]
    assert [bool(item.counts) for item in sheet.items] == [True, False, True]
    assert sheet.items[1].comments == ()
    assert feedback_html(sheet).count("only your own rating is shown") == 1


def test_the_next_round_has_what_is_undecided_with_new_wordings_marked(sheets):
    (item,) = sheets()["zq01"].next_items
    assert (item.statement, item.change, item.before) == ("s2", "edited", "Care is one visit.")
    assert item.reason == "It was unclear"
    later = STATEMENTS + "  - {id: s4, versions: [{version: 1, from_round: 2, text: New.}]}\n"
    later += "  - {id: s5, parent: s1, versions: [{version: 1, from_round: 2, text: Part.}]}\n"
    found = sheets(statements=later)["zq01"].next_items
    assert [(one.statement, one.change, one.before) for one in found[1:]] == [
        ("s4", "added", None),
        ("s5", "split", "Care is given by a team."),
    ]


def test_where_all_are_rated_again_all_come_next(sheets):
    every = PROTOCOL.replace("    statements: undecided\n", "")
    found = sheets(protocol=every, ratings=ratings_text({1: ROUND_1}))["zq01"].next_items
    assert [(one.statement, one.change) for one in found] == [
        ("s1", "same"),
        ("s2", "edited"),
        ("s3", "same"),
    ]


def test_later_rounds_change_nothing(sheets):
    with_both, alone = sheets(), sheets(ratings=ratings_text({1: ROUND_1}))
    assert with_both == alone


def test_after_the_last_round_nothing_comes_next(sheets):
    sheet = sheets(number=2)["zq01"]
    assert (sheet.next_round, sheet.next_items) == (None, ())
    assert "last planned round" in feedback_html(sheet)


def test_a_round_nobody_rated_has_no_feedback(sheets):
    with pytest.raises(NotFound, match="round 2"):
        sheets(number=2, ratings=ratings_text({1: ROUND_1}))


def test_texts_of_files_are_escaped(sheets):
    hostile = STATEMENTS.replace("Care is given by a team.", "'<script>alert(1)</script>'")
    page = feedback_html(sheets(statements=hostile)["zq01"])
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;Unclear&lt;/b&gt; &amp; too short" in page


def test_a_page_holds_nothing_of_another_rater(sheets):
    page = feedback_html(sheets()["zq03"])
    assert "zq03" in page
    assert [code for code in CODES if code != "zq03" and code in page] == []
    assert "http" not in page
    assert "synthetic" in page.casefold()


def test_a_page_is_in_spanish_throughout(sheets):
    page = feedback_html(sheets()["zq03"], language="es")
    assert '<html lang="es">' in page
    english = [one.en for one in catalog().values() if "{" not in one.en and len(one.en) > 3]
    assert [text for text in english if f">{text}<" in page] == []
    assert "Centro del panel" in page
    with pytest.raises(NotFound):
        feedback_html(sheets()["zq03"], language="fr")


def test_a_chart_marks_own_rating_and_median(sheets):
    item = sheets()["zq03"].items[1]
    drawn = str(distribution(item, RatingScale(), FeedbackWords("en")))
    assert drawn.count('class="c-bar"') == 1
    assert drawn.count('class="c-soft"') == 4
    assert "How many people chose each number: 1: 2, 2: 2, 5: 3, 8: 2, 9: 2. Middle of the panel: 5." in drawn
    unrated = str(distribution(sheets()["zq12"].items[1], RatingScale(), FeedbackWords("en")))
    assert 'class="c-bar"' not in unrated
    assert ">you<" not in unrated


def test_a_page_says_what_it_is_how_to_read_it_and_what_to_do(sheets):
    page = feedback_html(sheets()["zq03"])
    said = [
        page.index(text) for text in ("It is only for reading", "How to read the charts", "What to do now")
    ]
    assert said == sorted(said)
    assert "When you are asked for round 2" in page
    assert page.index("What to do now") < page.index("<article")
    # No word of the method stands alone: the median is named once, where it is explained.
    assert page.count("median)") == 1
    assert "rater " not in re.sub(r"For rater zq03 only|<style>.*?</style>", "", page, flags=re.S)


def test_after_the_last_round_nothing_is_to_be_done(sheets):
    page = feedback_html(sheets(number=2)["zq01"])
    assert "What to do now" not in page
    assert "think your ratings over" not in page
    assert "nothing more for you to do" in page


def test_a_sentence_says_how_many_chose_which_region(sheets):
    item = sheets()["zq03"].items[1]
    assert item.counts == (2, 2, 0, 0, 3, 0, 0, 2, 2)
    page = feedback_html(sheets()["zq03"])
    assert "Of 11 people, 4 chose 1 to 3 (low); 3 chose 4 to 6 (middle); 4 chose 7 to 9 (high)." in page
    five = RatingScale(minimum=1, maximum=5, low_to=2, high_from=4, labels=("no", "so", "yes"))
    short = replace(item, n=9, counts=(1, 2, 3, 2, 1), median=3)
    assert regions(short, five, FeedbackWords("en")) == (
        "Of 9 people, 3 chose 1 to 2 (no); 3 chose 3 (so); 3 chose 4 to 5 (yes)."
    )
    halves = RatingScale(minimum=1, maximum=4, low_to=2, high_from=3)
    assert "middle" not in regions(replace(short, counts=(1, 3, 3, 2)), halves, FeedbackWords("es"))


def test_what_is_rated_next_stands_beside_the_rating_before(sheets):
    found = sheets()
    assert "Your rating in round 1: 9" in feedback_html(found["zq03"])
    # The last one left this statement blank.
    assert "Your rating in round 1" not in feedback_html(found["zq12"])


def test_the_median_leaves_room_for_the_number_on_its_bar(sheets):
    item = replace(sheets()["zq03"].items[1], counts=(0, 0, 0, 0, 4, 0, 8, 0, 0), median=5)
    pieces = [
        (float(y1), float(y2))
        for y1, y2 in re.findall(
            r'class="median s-ink"[^>]*y1="([\d.]+)" y2="([\d.]+)"',
            str(distribution(item, RatingScale(), FeedbackWords("en"))),
        )
    ]
    number = re.search(
        r'y="([\d.]+)" text-anchor="middle">4<', str(distribution(item, RatingScale(), FeedbackWords("en")))
    )
    at = float(number.group(1))
    assert len(pieces) == 2
    assert all(not (above < at - 1 and at - 9 < below) for above, below in pieces)
    light = str(distribution(replace(item, own=7), RatingScale(), FeedbackWords("en")))
    dark = str(distribution(replace(item, own=5), RatingScale(), FeedbackWords("en")))
    assert (light.count('class="under'), dark.count('class="under')) == (0, 2)
    between = replace(item, median=6)
    assert str(distribution(between, RatingScale(), FeedbackWords("en"))).count('class="median') == 1


def test_a_long_scale_is_labeled_in_round_steps(tmp_path):
    long = "scale: {minimum: 0, maximum: 100, low_to: 33, high_from: 67}\nrule: {method: percent}\n"
    given = ratings_text({1: {"s1": tuple(range(60, 72))}})
    protocol, ratings = write_exercise(tmp_path, protocol=PROTOCOL + long, ratings=given)
    exercise = read_exercise(protocol)
    scale = exercise.protocol.scale
    sheet = feedback(exercise, read_ratings(ratings, scale=scale), number=1)[3]
    drawn = str(distribution(sheet.items[0], scale, FeedbackWords("en")))
    labels = [text for text in drawn.split(">") if text.endswith("</text")]
    # The own rating takes the place of the label next to it.
    assert [one.removesuffix("</text") for one in labels] == [
        "0", "10", "20", "30", "40", "50", "63", "you", "80", "90", "100",
    ]  # fmt: skip


def test_ratings_of_round_two_belong_to_the_new_wording(sheets):
    (item,) = sheets(number=2)["zq01"].items
    assert (item.text, item.own) == ("Care is more than one visit.", ROUND_2["s2"][0])
