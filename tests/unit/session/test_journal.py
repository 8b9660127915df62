import json

from softphone.model.ua_commands import Hold
from softphone.model.ua_events import CommandRefused
from softphone.session.journal import Entry, Journal


def test_a_refused_command_is_written_with_the_name_of_its_kind() -> None:
    entries: list[Entry] = []
    journal = Journal(lambda: 7.0)
    journal.listen(entries.append)
    journal.heard(CommandRefused(Hold, "c1", "not now"))
    expected = {"event": "CommandRefused", "kind": "heard", "at": 7.0}
    assert json.loads(json.dumps(entries)) == [expected | {"command": "Hold", "call": "c1", "detail": "not now"}]
