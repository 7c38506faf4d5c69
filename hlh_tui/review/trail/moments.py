"""Times as people write and read them; the log itself holds UTC to the microsecond."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hlh_tui.review.errors import ReviewError

STAMP = "%Y-%m-%dT%H:%M:%S.%fZ"
AGO = re.compile(r"(\d{1,6})\s*(m|min|h|d|w)", re.ASCII)
UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
ONLY_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
STEPS = ((60, 1, "second"), (3600, 60, "minute"), (172_800, 3600, "hour"), (float("inf"), 86_400, "day"))


class TimeRefused(ReviewError):
    """A time that cannot be read."""


def moment(said: str, *, end: bool = False, now: datetime | None = None) -> str:
    """A time that somebody wrote, as the log writes it (UTC).

    A date, a date and time (UTC unless an offset is given), or ``90min``, ``2h``, ``3d``, ``1w`` before now. A date
    alone is the day's first moment, or its last one with ``end``; a time without seconds likewise. ``TimeRefused``.
    """
    words = said.strip()
    ago = AGO.fullmatch(words.lower())
    try:
        if ago:
            start = now or datetime.now(UTC)
            return (start - timedelta(**{UNITS[ago[2]]: int(ago[1])})).strftime(STAMP)
        found = datetime.fromisoformat(words)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        if end:
            found += _rest_of(words)
        return found.strftime(STAMP)
    except (ValueError, OverflowError):
        raise TimeRefused(
            f"{said!r} is no time; write 2026-11-23, 2026-11-23T14:30, 2026-11-23T14:30:05Z, or 2h, 3d, 1w for so long"
            " ago"
        ) from None


def _rest_of(words: str) -> timedelta:
    """From the first to the last microsecond of what was named: a day, a minute or a second."""
    if ONLY_DAY.fullmatch(words):
        return timedelta(days=1, microseconds=-1)
    seconds = re.search(r"[T ]\d{2}:\d{2}(:\d{2})?(\.\d+)?", words)
    if seconds is None or seconds[2]:
        return timedelta()
    return timedelta(seconds=1, microseconds=-1) if seconds[1] else timedelta(minutes=1, microseconds=-1)


def utc_words(recorded_at: str) -> str:
    """``2026-11-23 04:44:17 UTC``; a time that cannot be read as it stands."""
    try:
        return f"{datetime.fromisoformat(recorded_at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return recorded_at


def ago_words(recorded_at: str, now: datetime) -> str:
    """How long before ``now``: ``just now``, ``3 minutes ago``, ``2 days ago``; ``in the future`` for a later time."""
    try:
        seconds = (now - datetime.fromisoformat(recorded_at)).total_seconds()
    except ValueError:
        return ""
    if seconds < -1:
        return "in the future: the clock was set back since"
    if seconds < 1:
        return "just now"
    size, name = next((size, name) for below, size, name in STEPS if seconds < below)
    count = int(seconds // size)
    return f"{count} {name}{'' if count == 1 else 's'} ago"
