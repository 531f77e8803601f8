use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::{history, packages};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "update-instruction-alone",
    control: "image-no-update-instruction-alone",
    title: "Image was built with an update that nothing in its RUN used",
    means: "A RUN that refreshes the package index (apt-get update, apk update, yum update …) also installs what it was \
            refreshed for.",
    why: "The builder caches each RUN by its text. An update in a RUN of its own is taken from the cache months later, \
          and the install after it then fetches old packages, or fails, while the Dockerfile looks up to date.",
    audited: "Every RUN in the history of every image, at its full length, read as a shell would: a command of apt, apk, \
              yum, dnf, zypper, pacman or opkg that updates, also behind sudo, timeout, nice, xargs and other programs that \
              start it, in a RUN without a command of the same manager that installs or \
              upgrades. Labels, variables, file names and quoted text that say \"update\" are no commands. An image \
              shares its base's history, so a base that updates alone is reported for every image on top of it. An \
              image without any record is for a person to judge.",
    fix: "Put both into one RUN:\n\
          \n\
          RUN apt-get update \\\n    \
           && apt-get install -y --no-install-recommends curl \\\n    \
           && rm -rf /var/lib/apt/lists/*\n\
          RUN apk add --no-cache curl          needs no update at all\n\
          RUN dnf install -y curl && dnf clean all\n\
          \n\
          Where the base image does it, take another base or a newer tag of it.",
    impact: "Changing the list of packages repeats the update, so that such builds take longer.",
    default: "The builder accepts any RUN.",
    deviates: "",
    references: &[
        "https://docs.docker.com/build/building/best-practices/#apt-get",
        "https://docs.docker.com/build/cache/invalidation/",
    ],
    needs: &[needs::LIST_IMAGES, history::HISTORY],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    history::each_image(facts, |image, instructions| {
        let in_effect = instructions.iter().map(history::Instruction::in_effect);
        let alone = in_effect.filter(|i| i.keyword == "RUN" && packages::updates_alone(&i.text));
        let evidence = alone.map(|run| run.evidence(image).expected("an install in the same RUN"));
        let none = Evidence::new(image, "updates alone in the history", "none");
        Ok(Judgement::bad_if_any(evidence.collect(), none))
    })
}
