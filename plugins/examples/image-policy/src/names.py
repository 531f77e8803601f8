"""Checks of the names that images go by."""

from keelmark import Evidence, Judgement, Object, Verdict, docker, host

import policy
from inventory import each_named_image
from references import Reference, is_below, parse


def registries() -> Verdict:
    trusted = host.setting_list("trusted-registries")

    def judge(container: Object, reference: Reference) -> Judgement:
        evidence = Evidence(container.subject, "Config.Image", reference.name)
        if trusted is None:
            return Judgement.ask(evidence)
        if any(is_below(reference.name, prefix) for prefix in trusted):
            return Judgement.good()
        wanted = f"an image of {', '.join(trusted) or 'no registry at all'}"
        return Judgement.bad(Evidence(container.subject, "Config.Image", reference.name, wanted))

    return each_named_image(judge)


def repositories() -> Verdict:
    def judge(container: Object, reference: Reference) -> Judgement:
        if policy.REPOSITORY.fullmatch(reference.repository):
            return Judgement.good()
        return Judgement.bad(Evidence(container.subject, "repository", reference.repository, policy.REPOSITORY_WORDS))

    return each_named_image(judge)


def tags() -> Verdict:
    def judge(container: Object, reference: Reference) -> Judgement:
        # A digest says exactly what it is, whatever the tag beside it.
        if reference.digest or reference.tag not in policy.FLOATING_TAGS:
            return Judgement.good()
        return Judgement.bad(Evidence(container.subject, "tag", reference.tag, "a tag that stays, or a digest"))

    return each_named_image(judge)


def drift() -> Verdict:
    """A container keeps the image that it was made from, also when its name has been pulled or built anew."""
    current: dict[str, str] = {}
    for image in docker.list_images(["RepoDigests"]):
        for name in [*image.read("RepoTags", list), *image.read("RepoDigests", list)]:
            found = parse(name)
            if found is not None:
                current[_full(found)] = image.id

    def judge_one(container: Object) -> Judgement:
        text, used = container.read("Config.Image", str), container.read("Image", str)
        reference = parse(text)
        if reference is None:
            return Judgement.skip()
        now = current.get(_full(reference))
        if now is None:
            return Judgement.ask(
                Evidence(container.subject, "Config.Image", text, "a name that an image here still has")
            )
        if now != used:
            return Judgement.bad(Evidence(container.subject, "Image", used[:19], f"{now[:19]}, which is {text} now"))
        return Judgement.good()

    return docker.each_container(["Config.Image", "Image"], judge_one)


def _full(reference: Reference) -> str:
    return f"{reference.name}@{reference.digest}" if reference.digest else f"{reference.name}:{reference.tag}"
