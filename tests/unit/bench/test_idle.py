from tests.bench.idle import Idle, table


def test_ours_is_compared_with_each_other_phone() -> None:
    lines = table({"ours": Idle(0.25, 0.5), "bare": Idle(0.5, 0.0), "asleep": Idle(0.0, 0.0)}, "ours")
    assert [line.split() for line in lines[1:]] == [
        ["ours", "0.25", "0.50", "0.75"],
        ["bare", "0.50", "0.00", "0.50", "1.50×"],
        ["asleep", "0.00", "0.00", "0.00"],
    ]
