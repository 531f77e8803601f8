"""The organisation's policy: what to change before the plugin is yours."""

import re

#: A repository below its registry: a team, a service, and further parts, in lower case with single separators.
REPOSITORY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)+")
REPOSITORY_WORDS = "team/service, in lower case"

#: Tags that say nothing about what is behind them: tomorrow it is something else.
FLOATING_TAGS = {"latest", "stable", "edge", "nightly", "main", "master", "dev"}

#: What every image says of itself: the label, what its value must look like, and that in words.
LABELS = (
    ("org.opencontainers.image.source", re.compile(r"https://\S+"), "the address of its sources"),
    ("org.opencontainers.image.revision", re.compile(r"[0-9a-f]{40}"), "a commit's 40 digits"),
    ("org.opencontainers.image.version", re.compile(r"v?\d+(\.\d+)*([.+-]\S+)?"), "a version"),
    ("org.opencontainers.image.vendor", re.compile(r"\S.*"), "the team that answers for it"),
)

#: Older images have missed too many security updates to be left running.
MAX_AGE_DAYS = 180
