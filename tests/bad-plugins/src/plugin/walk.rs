//! Every function of the contract, called once with arguments that only a missing grant can make wrong.

use keelmark_sdk::guest::keelmark::plugin::{docker, exec, fs, host, process, report, types};

use super::audit::finding;

/// One line for each imported function: "interface.function outcome".
pub fn walk() -> String {
    let (ids, fields) = (&["4d1c".to_owned()], &["Id".to_owned()]);
    let lines = [
        line("exec.run", exec::run("auditctl", &["-l".to_owned()])),
        line("fs.stat", fs::stat("/etc/docker", false)),
        line("fs.read-text", fs::read_text("/etc/docker/daemon.json")),
        line("fs.list-dir", fs::list_dir("/etc/docker")),
        line("process.find", process::find("dockerd")),
        line("docker.version", docker::version(fields)),
        line("docker.info", docker::info(fields)),
        line("docker.list-containers", docker::list_containers(fields)),
        line("docker.inspect-containers", docker::inspect_containers(ids, fields)),
        line("docker.container-processes", docker::container_processes(ids)),
        line("docker.inspect-execs", docker::inspect_execs(ids, fields)),
        line("docker.list-images", docker::list_images(fields)),
        line("docker.inspect-images", docker::inspect_images(ids, fields)),
        line("docker.image-history", docker::image_history(ids, fields)),
        line("docker.list-networks", docker::list_networks(fields)),
        line("docker.list-volumes", docker::list_volumes(fields)),
        line("docker.swarm", docker::swarm(fields)),
        line("docker.list-nodes", docker::list_nodes(fields)),
        line("docker.list-services", docker::list_services(fields)),
        line("docker.list-secrets", docker::list_secrets(fields)),
        line("host.describe", host::describe()),
        line("host.now", host::now()),
        line("host.setting", host::setting("trusted-users")),
        line("report.emit", report::emit(&finding(crate::BAD_ID, types::Status::Pass, ""))),
        line("report.progress", report::progress(1, 3)),
        line("report.log", report::log(report::Level::Warn, "a line")),
    ];
    lines.join("\n")
}

fn line<T>(function: &str, outcome: Result<T, types::Error>) -> String {
    match outcome {
        Ok(_) => format!("{function} allowed"),
        Err(error) => format!("{function} {}", format!("{:?}", error.kind).to_lowercase().replace("errorkind::", "")),
    }
}
