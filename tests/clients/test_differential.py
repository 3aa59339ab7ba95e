"""What the comparison with real services makes of differences; the comparison itself is run by hand."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "differential"))

from difference import Expectations, of_answers
from run import summary

ROW = """
[[expected]]
call = 'GET compute /v2\\.1/servers/\\$server( at 2\\.\\d+)?'
place = 'body\\.server\\.zone'
reason = "the zone has another name"
"""


def differences(call, place="zone"):
    theirs, ours = ({"status": 200, "body": {"server": {place: value}}} for value in ("a", "b"))
    return of_answers(call, theirs, ours)


def test_only_what_is_listed_is_expected():
    expectations = Expectations(ROW)
    meets = lambda *difference: [expectations.meet(found) for found in differences(*difference)]
    assert meets("GET compute /v2.1/servers/$server at 2.9") == [True]
    assert meets("GET compute /v2.1/servers/$server/ips") == [False]
    assert meets("GET compute /v2.1/servers/$server", "zone_name") == [False]
    other_status = {"status": 404, "body": ""}, {"status": 200, "body": ""}
    assert [expectations.meet(found) for found in of_answers("GET compute /v2.1/servers/$server", *other_status)] == [False]


def test_a_difference_that_is_not_listed_and_a_row_that_fits_nothing_fail(capsys):
    expectations = Expectations(ROW)
    assert summary(1, 1, 0, []) == 1
    assert summary(1, 0, 0, expectations.unmet()) == 1
    assert "the zone has another name" in capsys.readouterr().out
    expectations.meet(*differences("GET compute /v2.1/servers/$server"))
    assert summary(1, 0, 1, expectations.unmet()) == 0


def test_each_row_names_a_call_a_place_and_a_reason():
    text = (Path(__file__).resolve().parents[1] / "differential/expected_differences.toml").read_text()
    for row in Expectations(text).unmet():
        assert row.call and row.place and row.reason
        assert not row.call.startswith(".") and row.place != ".*"
