use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::{asking, history, packages};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "unverified-image-package",
    control: "image-verified-packages-only",
    title: "Image was built with packages that nobody verified",
    means: "Packages that go into an image come from repositories whose signatures the package manager checks.",
    why: "A package installs as root and runs scripts while it does. Without a signature, whoever sits between the build \
          and the mirror, or took the mirror over, writes those scripts.",
    audited: "The history of every image. It fails where a command tells its package manager to take unsigned packages \
              or unchecked connections: --allow-unauthenticated and --force-yes (apt), --allow-untrusted (apk), \
              --nogpgcheck (yum, dnf), --no-gpg-checks and --gpg-auto-import-keys (zypper), --nosignature (rpm), \
              --trusted-host (pip), --strict-ssl=false (npm). Else a person must judge: the repositories and keys in \
              an image's files are not read, and downloads by other means are verified or not as their commands say. \
              To go by: every command that installs packages.",
    fix: "Remove the option, and give the manager the key of the repository:\n\
          \n\
          COPY example.asc /etc/apt/keyrings/example.asc\n\
          RUN echo 'deb [signed-by=/etc/apt/keyrings/example.asc] https://packages.example/debian stable main' \\\n    \
          > /etc/apt/sources.list.d/example.list \\\n    \
           && apt-get update && apt-get install -y --no-install-recommends example\n\
          yum, dnf:  gpgcheck=1 and gpgkey=file:///etc/pki/rpm-gpg/example in the .repo file\n\
          pip:  pip install --require-hashes -r requirements.txt",
    impact: "Repositories that are not signed can no longer be used.",
    default: "apt, apk, dnf and zypper verify unless they are told not to; what curl or wget fetch is not verified.",
    deviates: "",
    references: &[
        "https://manpages.debian.org/stable/apt/apt-secure.8.en.html",
        "https://dnf.readthedocs.io/en/latest/conf_ref.html",
        "https://pip.pypa.io/en/stable/topics/secure-installs/",
    ],
    needs: &[needs::LIST_IMAGES, history::HISTORY],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let verdict = history::each_image(facts, |image, instructions| {
        let installs = packages::installing(instructions);
        let quote = |line: &str| Evidence::new(image, "history RUN", history::shortened(line));
        let unverified = installs.iter().filter_map(|command| {
            packages::unverified_option(command).map(|option| quote(&command.line()).expected(format!("no {option}")))
        });
        let unverified: Vec<Evidence> = unverified.collect();
        if !unverified.is_empty() {
            return Ok(Judgement::Bad(unverified));
        }
        Ok(Judgement::Ask(match installs.is_empty() {
            true => vec![Evidence::new(image, "installs in the history", "none")],
            false => installs.iter().map(|command| quote(&command.line())).collect(),
        }))
    })?;
    Ok(asking(verdict, "decide for every image whether what was installed came from repositories with verified keys"))
}
