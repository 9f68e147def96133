"""When jobs are due: the triggers that the daemon's clock and the replay both follow."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

#: Pull, score and close sessions: every hour on the hour.
PULL = CronTrigger(minute=0, timezone="UTC")


def fire_times(trigger: CronTrigger, *, first: datetime, before: datetime) -> Iterator[datetime]:
    """Moments in [first, before) at which a trigger fires, in order, UTC."""
    moment = trigger.get_next_fire_time(None, first)
    while moment is not None and moment < before:
        yield moment
        moment = trigger.get_next_fire_time(moment, moment + timedelta(microseconds=1))
