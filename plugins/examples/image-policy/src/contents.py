"""Checks of what images say of themselves."""

from datetime import datetime

from keelmark import Evidence, Failed, Judgement, Object, Verdict, host

import policy
from inventory import each_image_in_use

_DAY = 24 * 3600


def labels() -> Verdict:
    def judge(image: Object) -> Judgement:
        found = image.optional("Config.Labels", dict) or {}
        wrong = []
        for label, pattern, words in policy.LABELS:
            value = found.get(label)
            if value is None:
                wrong.append(Evidence(image.subject, label, "no such label", words))
            elif not pattern.fullmatch(str(value)):
                wrong.append(Evidence(image.subject, label, value, words))
        return Judgement.bad_if_any(wrong)

    return each_image_in_use(["Config.Labels"], judge)


def age() -> Verdict:
    now = host.now()

    def judge(image: Object) -> Judgement:
        created = image.read("Created", str)
        seconds = _seconds(created)
        # Builders that make the same bytes twice write no date, or 1970.
        if seconds is None or seconds <= _DAY:
            return Judgement.ask(
                Evidence(image.subject, "Created", created or "no date", "a date that can be compared")
            )
        days = (now - seconds) // _DAY
        if days <= policy.MAX_AGE_DAYS:
            return Judgement.good()
        return Judgement.bad(
            Evidence(image.subject, "Created", f"{days} days ago", f"{policy.MAX_AGE_DAYS} days at most")
        )

    return each_image_in_use(["Created"], judge)


def _seconds(text: str) -> int | None:
    """RFC 3339 with nanoseconds, as Go writes it; ``None`` where there is no date."""
    if not text or text.startswith("0001-01-01"):
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        raise Failed(f"the engine's date {text!r} cannot be read") from None
