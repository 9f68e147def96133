"""When jobs are due."""

import pytest

from jobs.schedule import PULL, fire_times
from tests.builders import utc


@pytest.mark.parametrize(
    ("first", "before", "moments"),
    [
        pytest.param(utc(20, 8), utc(20, 10), [utc(20, 8), utc(20, 9)], id="from, not to"),
        pytest.param(utc(20, 8, 1), utc(20, 10), [utc(20, 9)], id="after the hour"),
        pytest.param(utc(20, 23), utc(21, 0, 1), [utc(20, 23), utc(21, 0)], id="over midnight"),
        pytest.param(utc(20, 8), utc(20, 8), [], id="no time at all"),
    ],
)
def test_pull_is_due_every_hour(first, before, moments):
    assert list(fire_times(PULL, first=first, before=before)) == moments


def test_a_replay_of_26_days_has_624_hours():
    assert len(list(fire_times(PULL, first=utc(1, 0), before=utc(27, 0)))) == 26 * 24
