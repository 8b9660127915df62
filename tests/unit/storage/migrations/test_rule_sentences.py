from __future__ import annotations

import pytest

from softphone.storage.migrations.rule_sentences import RULE_SENTENCES, rule_told_by


@pytest.mark.parametrize(("sentence", "rule"), RULE_SENTENCES.items(), ids=RULE_SENTENCES.values())
def test_an_entry_that_begins_with_a_rules_sentence_was_decided_by_it(sentence: str, rule: str) -> None:
    assert rule_told_by(sentence) == rule
    assert rule_told_by(f"{sentence} The caller gave up.") == rule


@pytest.mark.parametrize("told", ["", "The agent was free", "the agent was free.", "It said: The agent was free."])
def test_any_other_entry_was_decided_by_none(told: str) -> None:
    assert rule_told_by(told) == ""


def test_no_sentence_begins_with_another() -> None:
    told = list(RULE_SENTENCES)
    assert [other for one in told for other in told if one != other and other.startswith(one)] == []
