//! Projects whose containers were started from different places: two checkouts under one name, or orphans of an older
//! file.

use std::collections::BTreeMap;

use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Params, Verdict};

use crate::compose::{CONFIG_FILES, NEEDS, WORKING_DIR, each_group, label, project};

pub static CHECK: Check = Check {
    slug: "project-of-two-origins",
    control: "project-of-two-origins",
    title: "Containers of one project were started from different files",
    means: "All containers of a project come from the same Compose files in the same folder.",
    why: "Two checkouts under one name replace each other's services, and what an older file left goes on running unseen.",
    audited: "The labels project.config_files and project.working_dir, compared between the containers of each project.",
    fix: "docker compose up --detach --remove-orphans; a `name:` of its own for the second checkout",
    impact: "Containers that the file does not name are removed.",
    default: "one origin",
    deviates: "",
    references: &["https://docs.docker.com/compose/how-tos/project-name/"],
    needs: NEEDS,
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    each_group(facts, "projects", project, |name, containers| {
        let mut origins: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for container in containers {
            let files = label(container, CONFIG_FILES)?.unwrap_or("no file");
            let folder = label(container, WORKING_DIR)?.unwrap_or("no folder");
            origins.entry(format!("{files} in {folder}")).or_default().push(&container.subject);
        }
        if let (1, Some(origin)) = (origins.len(), origins.keys().next()) {
            return Ok(Judgement::good(Evidence::new(name, "config_files", origin)));
        }
        let line = |(origin, subjects): (&String, &Vec<&str>)| {
            Evidence::new(subjects.join(", "), "config_files", origin).expected("one origin for the whole project")
        };
        Ok(Judgement::Bad(origins.iter().map(line).collect()))
    })
}
