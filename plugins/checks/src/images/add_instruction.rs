use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use super::history::{self, Instruction};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "add-instruction",
    control: "image-copy-instead-of-add",
    title: "Image was built with ADD",
    means: "Dockerfiles bring files in with COPY. ADD is left to the one thing that COPY cannot do: unpacking the root \
            file system that a base image starts from.",
    why: "ADD also fetches addresses and unpacks archives without being asked. A download that nobody verified, or an \
          archive with more in it than expected, ends up in the image while the Dockerfile looks like a plain copy.",
    audited: "The history of every image: an ADD instruction of either builder, also one that ONBUILD keeps for later \
              builds. One is let off: where the very first layer of the image is an ADD of an archive into /, it is the \
              root file system of a base made FROM scratch, for which there is no COPY. Where the record does not tell \
              that it was an archive, as the classic builder's does not, a person must judge; a directory never is one. An image shares its base's history, so \
              any other ADD in a base is reported for every image on top of it. An image without any record is for a \
              person to judge.",
    fix: "Replace the instruction, and rebuild:\n\
          \n\
          COPY app.conf /etc/app.conf                                  instead of ADD of a file\n\
          COPY app.tar.gz /tmp/                                        instead of ADD of an archive,\n\
          RUN tar -xzf /tmp/app.tar.gz -C /opt                         unpacked where it can be seen\n\
          RUN curl -fsSLo /tmp/app.tgz https://example.com/app.tgz \\\n    \
          && echo \"SHA256  /tmp/app.tgz\" | sha256sum -c -               instead of ADD of an address",
    impact: "Archives are no longer unpacked on the way, so that an extra RUN does it; use a build stage, or a bind mount \
             of the build context, to keep the archive out of the image.",
    default: "The builder accepts both.",
    deviates: "",
    references: &[
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
        "https://docs.docker.com/reference/dockerfile/#add",
    ],
    needs: &[needs::LIST_IMAGES, history::HISTORY],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    history::each_image(facts, |image, instructions| {
        let first_layer = instructions.iter().position(Instruction::makes_layer);
        let (mut bad, mut ask) = (Vec::new(), Vec::new());
        for (index, recorded) in instructions.iter().enumerate() {
            let add = recorded.in_effect();
            if add.keyword != "ADD" {
                continue;
            }
            let evidence = add.evidence(image).expected("COPY");
            match root_file_system(&add.text).filter(|_| recorded.keyword == "ADD" && Some(index) == first_layer) {
                Some(Archive::Certain) => {}
                Some(Archive::Unknown) => {
                    ask.push(evidence.note("right where that is an archive of a root file system"))
                }
                None => bad.push(evidence),
            }
        }
        Ok(Judgement::worst(bad, ask, Evidence::new(image, "history ADD", "none").expected("COPY")))
    })
}

/// Whether an image's first layer is unpacked from an archive.
enum Archive {
    Certain,
    /// The builder recorded no name of the file, or one that does not tell.
    Unknown,
}

/// What an ADD may be that puts a root file system into place; none where COPY does what it did.
fn root_file_system(text: &str) -> Option<Archive> {
    let words: Vec<&str> = text.split_whitespace().filter(|word| !word.starts_with("--")).collect();
    match words.as_slice() {
        // The classic builder's form, of which `dir:` is never an archive.
        [source, "in", "/"] if source.starts_with("file:") => Some(Archive::Unknown),
        [source, "/"] if is_archive(source) => Some(Archive::Certain),
        [source, "/"] if !source.ends_with('/') && *source != "." => Some(Archive::Unknown),
        _ => None,
    }
}

fn is_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_packed =
        [".gz", ".bz2", ".xz", ".zst"].iter().any(|end| name.strip_suffix(end).is_some_and(|n| n.ends_with(".tar")));
    is_packed || [".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst"].iter().any(|end| name.ends_with(end))
}
