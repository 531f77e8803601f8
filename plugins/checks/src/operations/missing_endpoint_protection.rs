use keelmark_sdk::{Check, Evidence, Facts, HostError, Need, Params, Verdict};

use crate::needs;

const WHAT_RUNS: Need = Need::new(
    "docker.list-containers",
    &["State", "Image"],
    "shows whether a protection agent is among the containers",
);

pub static CHECK: Check = Check {
    slug: "missing-endpoint-protection",
    control: "ops-endpoint-protection",
    title: "Containers may run without endpoint protection",
    means: "A tool that knows containers watches what runs on the host: malware, unexpected programs, unexpected \
            connections.",
    why: "Confinement limits what an intruder can do and tells nobody that one is there. Without something that watches \
          system calls and files, an intrusion lasts until it is noticed by chance.",
    audited: "Always judged by a person: such tools run as daemons, kernel modules or eBPF programs of many names, which \
              nothing registers with the engine. To go by: the confinement that the engine offers (SecurityOptions), \
              and every container with its image and state, among which an agent may be found.",
    fix: "Install one that your organisation can operate, for instance Falco on the host:\n\
          \n\
          apt-get install falco\n\
          systemctl enable --now falco-modern-bpf.service\n\
          \n\
          and send its alerts to somebody. Do not put a virus scanner's on-access hook over /var/lib/docker: exclude \
          that directory and scan images instead.",
    impact: "Agents cost CPU time, see everything, and can block what they take for an attack.",
    default: "Docker brings no such tool.",
    deviates: "",
    references: &["https://docs.docker.com/engine/security/antivirus/", "https://falco.org/docs/setup/"],
    needs: &[needs::LIST_CONTAINERS, WHAT_RUNS, needs::info(&["SecurityOptions"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    // Engines before 1.11 did not tell.
    let options = info.optional("SecurityOptions", |info, path| info.strings(path))?.unwrap_or_default();
    let options = if options.is_empty() { "none".to_owned() } else { options.join(", ") };
    let mut evidence = vec![Evidence::new("daemon", "SecurityOptions", options)];
    for container in facts.container_list()?.iter() {
        let found = format!("{} ({})", container.str("Image")?, container.str("State")?);
        evidence.push(Evidence::new(&container.subject, "Image", found));
    }
    Ok(Verdict::manual(
        "look up which endpoint protection watches this host, and whether it knows containers",
        evidence,
    ))
}
