use keelmark_sdk::{Check, Facts, HostError, Judgement, Params, Verdict};

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
              builds. One is let off: where the very first layer of the image is an ADD into /, it is the root file \
              system of a base made FROM scratch, for which there is no COPY. An image shares its base's history, so \
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
        let is_root_file_system = |(index, add): &(usize, &Instruction)| {
            Some(*index) == first_layer && add.text.split_whitespace().last() == Some("/")
        };
        let recorded = instructions.iter().enumerate().filter(|found| !is_root_file_system(found));
        let adds = recorded.map(|(_, instruction)| instruction.in_effect()).filter(|i| i.keyword == "ADD");
        Ok(Judgement::bad_if_any(adds.map(|add| add.evidence(image).expected("COPY")).collect()))
    })
}
