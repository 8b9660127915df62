"""A provisioning file without a mistake, and what is said about others."""

from __future__ import annotations

import pytest

from softphone.config.provisioning import ProvisioningError, read_provisioning
from softphone.model.profile import Team

COMPLETE = """\
[account]
sip_uri = "sip:agent1@example.com"      # without a registrar: direct calls only
registrar = "sip:example.com"
transport = "udp"                      # udp | tcp | tls
username = "agent1"
password = "pass wörd"
srtp = "optional"                      # off | optional | mandatory
[network]
bind = "127.0.0.1"
port = 5080
[agent]
login = "agent1"
[database]
url = "sqlite"
[[users]]
login = "agent1"
name = "Agent One"
sip_uri = "sip:agent1@example.com"
role = "agent"
call_waiting = true
[users.queue]
bypass_if_no_agents = false
ring_seconds = 30
no_answer = "voicemail"
no_answer_target = "sip:vm-agent1@example.com"
[[users]]
login = "agent2"
role = "admin"
queue.no_answer = "agent"
queue.no_answer_target = "agent1"
[[tracking_numbers]]
number = "+15551230001"
label = "Spring campaign"
route = "agent:agent1"
[[tracking_numbers]]
number = "+15551230002"
route = "queue:sales"
"""


def mistakes(text: str, existing: Team | None = None) -> list[str]:
    """The lines a person is shown."""
    with pytest.raises(ProvisioningError) as caught:
        read_provisioning(text, existing)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return str(caught.value).splitlines()
