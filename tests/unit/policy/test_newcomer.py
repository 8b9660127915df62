from softphone.model.profile import Role, Team, UserProfile
from softphone.policy.newcomer import newcomer


def test_the_first_user_of_all_is_an_admin_and_later_ones_are_agents() -> None:
    first = newcomer("kim", "Kim", "sip:kim@example.com", Team())
    assert first == UserProfile("kim", "Kim", "sip:kim@example.com", Role.ADMIN)
    assert newcomer("lee", "", "", Team([first])).role is Role.AGENT
