"""An organisation's policy for images: where they come from, what they are called, what they say of themselves."""

from keelmark import Section

import contents
import names
import policy

section = Section(benchmark="image-policy-1", number="1", title="Images in use")

section.check(
    "1.1",
    "Ensure that images come from trusted registries",
    slug="policy-untrusted-registry",
    level=1,
    why="Whoever can push to a registry decides what runs here.",
    audited="Registry and repository of each container's image, compared with the setting trusted-registries.",
    fix='Push the image to your registry and run it from there; or add the registry to "trusted-registries".',
)(names.registries)

section.check(
    "1.2",
    "Ensure that repositories are named after a team and a service",
    slug="policy-repository-name",
    level=2,
    why="A name that leads to nobody is an image that nobody mends.",
    audited="The repository of each container's image, compared with the pattern of src/policy.py.",
    fix="docker tag OLD REGISTRY/TEAM/SERVICE:VERSION, push it, and run it under that name.",
)(names.repositories)

section.check(
    "1.3",
    "Ensure that containers run from tags that stay",
    slug="policy-floating-tag",
    level=1,
    why="latest is another image on every host, and nobody can say which one ran yesterday.",
    audited=f"The tag of each container's image, which must not be one of: {', '.join(sorted(policy.FLOATING_TAGS))}.",
    fix="Run REPOSITORY:VERSION, or REPOSITORY@sha256:DIGEST.",
)(names.tags)

section.check(
    "1.4",
    "Ensure that images say where they come from",
    slug="policy-image-labels",
    level=1,
    why="In an incident somebody has to find the sources, the commit and the team of what runs.",
    audited=f"Labels of each image in use: {', '.join(label for label, _, _ in policy.LABELS)}.",
    fix="docker build --label org.opencontainers.image.source=… (or LABEL in the Dockerfile).",
    references=["https://github.com/opencontainers/image-spec/blob/main/annotations.md"],
)(contents.labels)

section.check(
    "1.5",
    "Ensure that images are rebuilt regularly",
    slug="policy-old-image",
    level=1,
    why="An image has the security updates of the day it was built, and no later ones.",
    audited=f"The date of each image in use: at most {policy.MAX_AGE_DAYS} days before the audit.",
    fix="Rebuild the image on an updated base, and run the new one.",
)(contents.age)

section.check(
    "1.6",
    "Ensure that containers run what their image's name stands for",
    slug="policy-image-drift",
    level=2,
    why="After a pull or a build, old containers go on with the old image, and its holes.",
    audited="The image id of each container, compared with the id that its image's name has on this host now.",
    fix="docker compose up --detach, or remove the container and run it anew.",
)(names.drift)

# What the component exports: componentize-py looks for this name.
Guest = section.guest()
