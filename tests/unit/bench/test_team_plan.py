from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from tests.bench.team_plan import CONTENDERS, Plan


@pytest.mark.parametrize("agents", [4, 6, 20])
def test_each_agent_takes_as_many_calls_and_holds_one_in_ten(agents: int) -> None:
    plan = Plan(agents=agents, calls=agents * 20)
    assert {len(list(plan.calls_of(login))) for login in plan.logins} == {20}
    assert Counter(call.agent for call in plan.held) == dict.fromkeys(plan.logins, 2)


def test_nobody_wants_their_own_caller() -> None:
    for call in Plan(agents=CONTENDERS + 1, calls=100).held:
        assert len({call.agent, *call.contenders}) == CONTENDERS + 1


def test_an_agents_calls_do_not_overlap() -> None:
    plan = Plan(agents=3, calls=30, a_second=2)
    starts = [call.starts for call in plan.calls_of("agent2")]
    assert all(next_one - one > plan.talk_seconds for one, next_one in pairwise(starts))
