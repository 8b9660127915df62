import json

from softphone.diagnostics.check import failed, ok, warning
from softphone.diagnostics.doctor import as_json, as_text, exit_status

FINE, BAD, WORSE = (
    ok("engine", "starts"),
    warning("TLS", "not available", "Use UDP."),
    failed("database", "is gone", ""),
)


def test_only_a_failure_makes_it_fail() -> None:
    assert [exit_status(results) for results in ([], [FINE, BAD], [FINE, WORSE])] == [0, 0, 1]


def test_people_get_a_line_each_and_what_to_do() -> None:
    assert as_text([FINE, BAD, WORSE]).splitlines() == [
        "ok       engine    starts",
        "warning  TLS       not available",
        "                   Use UDP.",
        "FAILED   database  is gone",
    ]


def test_programs_get_the_same_as_json() -> None:
    assert json.loads(as_json([FINE, BAD])) == {
        "status": "warning",
        "checks": [
            {"name": "engine", "status": "ok", "words": "starts", "remedy": ""},
            {"name": "TLS", "status": "warning", "words": "not available", "remedy": "Use UDP."},
        ],
    }


def test_neither_shows_a_secret() -> None:
    results = [failed("registration", 'refused: Authorization: Digest response="Zq-geheim"', 'token="Zq-geheim"')]
    assert "Zq-geheim" not in as_text(results)
    assert "Zq-geheim" not in as_json(results)
    assert json.loads(as_json(results))["checks"][0]["name"] == "registration"
