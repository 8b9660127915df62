from __future__ import annotations

from hypothesis import given, settings

from softphone.config.provisioning import read_provisioning, write_provisioning
from softphone.model.profile import Team
from softphone.model.settings import Settings
from tests.unit.config.provisioning_files import COMPLETE
from tests.unit.config.strategies import some_settings, some_teams


@given(exported=some_settings(), base=some_settings(), team=some_teams())
@settings(deadline=None, max_examples=50)
def test_what_is_exported_is_imported(exported: Settings, base: Settings, team: Team) -> None:
    asked = read_provisioning(write_provisioning(exported, team))
    assert asked.apply_to(base) == exported
    assert asked.team.users == team.users
    assert asked.team.tracking_numbers == team.tracking_numbers


def test_an_export_has_no_password_and_can_be_read_by_people() -> None:
    asked = read_provisioning(COMPLETE)
    text = write_provisioning(asked.apply_to(Settings()), asked.team)
    assert "pass" not in text.replace("bypass", "").replace("Passwords are not in here", "")
    assert '[users.queue]\nbypass_if_no_agents = false\nring_seconds = 30\nno_answer = "voicemail"\n' in text
    again = read_provisioning(text)
    assert (again.users, again.tracking_numbers, again.password) == (asked.users, asked.tracking_numbers, None)
