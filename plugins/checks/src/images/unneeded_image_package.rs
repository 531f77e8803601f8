use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::{asking, history, packages};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "unneeded-image-package",
    control: "image-no-unnecessary-packages",
    title: "Image may hold packages that nothing in it needs",
    means: "An image holds the program and what the program needs to run, and nothing else: no editors, compilers, \
            package-manager leftovers or debugging tools.",
    why: "Every package is something to patch and something to use: curl and a compiler in the image save an intruder \
          the trouble of bringing them, and each library adds its own vulnerabilities to those of the program.",
    audited: "Always judged by a person, since files in images are not read and nothing tells which package a program \
              needs. To go by, for every image: the commands in its history that install packages, its base's \
              included. What reached the image through COPY, ADD or another build stage is not in that list.",
    fix: "Build in one stage and copy the result into a small one:\n\
          \n\
          FROM golang:1.26 AS build\n\
          RUN CGO_ENABLED=0 go build -o /app .\n\
          FROM gcr.io/distroless/static-debian12\n\
          COPY --from=build /app /app\n\
          \n\
          Where a package manager is needed, ask it for less and leave nothing behind:\n\
          \n\
          RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \\\n    \
          && rm -rf /var/lib/apt/lists/*",
    impact: "Debugging inside the container needs `docker debug` or a second container in its namespaces.",
    default: "An image holds whatever its base and its Dockerfile put there.",
    deviates: "",
    references: &[
        "https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages",
        "https://docs.docker.com/build/building/multi-stage/",
    ],
    needs: &[needs::LIST_IMAGES, history::HISTORY],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let verdict = history::each_image(facts, |image, instructions| {
        let installs = packages::installing(instructions);
        let quote = |line: String| Evidence::new(image, "history RUN", history::shortened(&line));
        Ok(Judgement::Ask(match installs.is_empty() {
            true => vec![Evidence::new(image, "installs in the history", "none")],
            false => installs.iter().map(|command| quote(command.line())).collect(),
        }))
    })?;
    Ok(asking(verdict, "decide for every image whether its program needs what was installed"))
}
