use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::history::{self, Instruction};
use super::{asking, shell};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "image-setuid-files",
    control: "image-no-setuid-setgid",
    title: "Image may hold setuid or setgid programs",
    means: "Programs in images carry no setuid or setgid bit, except where one is needed.",
    why: "A setuid program lends root to whoever starts it. In a container that runs as an ordinary user, a hole in \
          su, mount or newgrp, none of which the service needs, is the way back to root.",
    audited: "Always judged by a person, since the files of images are not read. To go by: every command in an image's \
              history that gives or takes these bits (chmod, also behind find, and the --chmod of COPY and ADD). What \
              packages brought along, and what a chmod in a script did, does not show there.",
    fix: "List them, then take the bits off at the end of the Dockerfile, before USER:\n\
          \n\
          docker run --rm --entrypoint find IMAGE / -xdev -perm /6000 -type f\n\
          RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +\n\
          \n\
          Where an image cannot be rebuilt, make the bits useless at run time:\n\
          \n\
          docker run --security-opt no-new-privileges=true --cap-drop SETUID --cap-drop SETGID …",
    impact: "su, sudo, mount and the like stop working for ordinary users in the container.",
    default: "Most distributions' base images hold about ten such programs.",
    deviates: "",
    references: &[
        "https://man7.org/linux/man-pages/man1/chmod.1.html",
        "https://docs.kernel.org/userspace-api/no_new_privs.html",
    ],
    needs: &[needs::LIST_IMAGES, history::HISTORY],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let verdict = history::each_image(facts, |image, instructions| {
        let found: Vec<Evidence> = instructions.iter().flat_map(|i| changes(image, i)).collect();
        let nothing = || vec![Evidence::new(image, "setuid and setgid in the history", "none")];
        Ok(Judgement::Ask(if found.is_empty() { nothing() } else { found }))
    })?;
    Ok(asking(verdict, "list the setuid and setgid files of every image, and decide which are needed"))
}

fn changes(image: &str, instruction: &Instruction) -> Vec<Evidence> {
    match instruction.keyword.as_str() {
        "ADD" | "COPY" => {
            let modes = instruction.text.split_whitespace().filter_map(|word| word.strip_prefix("--chmod="));
            modes.filter(|mode| is_special(mode)).map(|_| instruction.evidence(image)).collect()
        }
        "RUN" => {
            let commands = shell::commands(&instruction.text).into_iter();
            let words = |command: &shell::Command| [std::slice::from_ref(&command.program), &command.args].concat();
            let changing = commands.filter(|command| {
                words(command).iter().skip_while(|word| !word.ends_with("chmod")).skip(1).any(|word| is_special(word))
            });
            changing.map(|c| Evidence::new(image, "history RUN", history::shortened(&c.line()))).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a mode speaks of the bits: 4755, 06711, u+s, a-s, ug=rwxs. An octal 755 leaves them alone.
fn is_special(mode: &str) -> bool {
    if let Ok(bits) = u32::from_str_radix(mode, 8) {
        return bits & 0o6000 != 0 && bits <= 0o7777;
    }
    mode.split(',').any(|clause| {
        let change = clause.trim_start_matches(['u', 'g', 'o', 'a']);
        let letters = change.trim_start_matches(['+', '-', '=']);
        letters.len() < change.len() && letters.contains('s') && letters.chars().all(|c| "rwxXst".contains(c))
    })
}
