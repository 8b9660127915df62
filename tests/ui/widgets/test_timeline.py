"""The drawn timeline and the list of sentences beside it."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt

from softphone.policy.rule.explain import Moment
from ui.widgets.explanation_view import ExplanationView, SentenceList
from ui.widgets.labels import PlainLabel
from ui.widgets.timeline import TimelineView

MOMENTS = (Moment(0, "rings"), Moment(20, "Agent Two rings"), Moment(3700, "voicemail"))


@pytest.fixture
def timeline(qtbot) -> TimelineView:
    timeline = TimelineView()
    qtbot.addWidget(timeline)
    timeline.show_moments(MOMENTS)
    with qtbot.waitExposed(timeline):
        timeline.show()
    return timeline


def labels(timeline: TimelineView) -> list[PlainLabel]:
    shown = [label for label in timeline.findChildren(PlainLabel) if not label.isHidden()]
    return sorted(shown, key=lambda label: (label.y(), label.x()))


def test_moments_from_top_to_bottom(timeline):
    assert [label.text() for label in labels(timeline)] == [
        *("0:00", "rings"),
        *("0:20", "Agent Two rings"),
        *("1:01:40", "voicemail"),
    ]


def test_dots_and_rail_are_drawn_in_the_palettes_colours(timeline):
    picture = timeline.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert timeline.palette().highlight().color().name() in colours
    assert timeline.palette().mid().color().name() in colours


def test_what_is_shown_is_replaced(qtbot, timeline):
    timeline.show_moments((Moment(0, "busy"),))
    assert timeline.moments == (Moment(0, "busy"),)
    qtbot.waitUntil(lambda: [label.text() for label in labels(timeline)] == ["0:00", "busy"])
    assert timeline.accessibleDescription() == "0:00 busy"


def test_long_words_wrap_and_right_to_left_is_mirrored(qtbot, timeline):
    timeline.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    timeline.show_moments((Moment(5, "goes to a colleague of a long name " * 6),))
    timeline.resize(220, 400)
    qtbot.waitUntil(lambda: len(labels(timeline)) == 2 and timeline.width() == 220)
    words, time = sorted(labels(timeline), key=lambda label: label.x())
    assert (time.text(), words.height()) == ("0:05", words.heightForWidth(words.width()))
    assert words.height() > 3 * words.fontMetrics().height()


def test_sentences_are_plain_text(qtbot):
    sentences = SentenceList()
    qtbot.addWidget(sentences)
    sentences.show_sentences(("<b>First</b>.", "Second\u202e."))
    assert sentences.sentences == ("<b>First</b>.", "Second.")
    assert sentences.accessibleName() == "<b>First</b>. Second."
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in sentences.findChildren(PlainLabel))


def test_no_verdict_takes_no_room(qtbot):
    view = ExplanationView()
    qtbot.addWidget(view)
    view.show_words("", ("Because.",), ())
    view.show()
    assert not view.verdict.isVisible()
    view.show_words("The call rings", ("Because.",), ())
    assert view.verdict.isVisible()
