use keelmark_sdk::{Check, Facts, HostError, Object, Params, Verdict};

use super::engine::{one_line, told};
use crate::needs;

pub static CHECK: Check = Check {
    slug: "missing-registry-mirror",
    control: "daemon-local-registry-mirror",
    title: "Every pull goes to Docker Hub",
    means: "The daemon pulls images of Docker Hub through a mirror of your own.",
    why: "Without one, every host needs a way out to the internet, pulls depend on Docker Hub being there and on its \
          rate limits, and there is no place at which pulls can be watched or refused.",
    audited: "Mirrors of RegistryConfig in docker info must name one; on engines that list none there, the Mirrors of \
              the index docker.io. The evidence names them: whether they are yours the engine cannot know.",
    fix: "Run a registry as a pull-through cache, and name it in /etc/docker/daemon.json:\n\
          \n\
          { \"registry-mirrors\": [\"https://mirror.example\"] }\n\
          \n\
          systemctl reload docker\n\
          \n\
          or, on the command line of dockerd: --registry-mirror=https://mirror.example",
    impact: "A mirror that is down costs time at each pull; dockerd then goes to Docker Hub itself.",
    default: "No mirror.",
    deviates: "",
    references: &["https://docs.docker.com/docker-hub/image-library/mirror/"],
    needs: &[needs::info(&["RegistryConfig.Mirrors", "RegistryConfig.IndexConfigs"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let judge = |mirrors: Vec<&str>| {
        let evidence = told("RegistryConfig.Mirrors", one_line(&mirrors)).expected("a mirror of your own");
        match mirrors.is_empty() {
            true => Verdict::fail("Docker Hub is used without a mirror", [evidence]),
            false => Verdict::pass([evidence]),
        }
    };
    // The field came with Docker 1.9; until then the mirrors stood with the index alone.
    if info.at("RegistryConfig.Mirrors").is_some() {
        return Ok(judge(info.strings("RegistryConfig.Mirrors")?));
    }
    match info.map("RegistryConfig.IndexConfigs")?.get("docker.io") {
        Some(index) => Ok(judge(Object::new("registry docker.io", index.clone()).strings("Mirrors")?)),
        None => Err(HostError::failed("the engine does not say which mirrors it uses")),
    }
}
