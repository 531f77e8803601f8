//! Whose host it is, on real engines: one that is forwarded from another host, one that is reached by TCP, and one whose
//! auditor runs in a container of it.

use std::io::copy;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;

use keelmark_report::model::{CauseId, Relation};
use keelmark_report::{Finding, Report, Status};

use crate::hosts::DockerHost;
use crate::program;

const EDITION: &str = "cis-docker-1.8.0";

/// Another name of the socket of `to`, at `path` of `host`: what `ssh -L` makes.
fn forward(host: &DockerHost, path: &str, to: &DockerHost) {
    let listener = UnixListener::bind(host.namespace().outside(path)).expect("a socket in the other host");
    let target = to.namespace().outside("/run/docker.sock");
    std::thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = UnixStream::connect(&target) else { continue };
            let streams = (near.try_clone(), far.try_clone());
            let (Ok(mut near_in), Ok(mut far_in)) = streams else { continue };
            let (mut near_out, mut far_out) = (near, far);
            std::thread::spawn(move || {
                copy(&mut near_in, &mut far_out).map(|_| far_out.shutdown(std::net::Shutdown::Write))
            });
            std::thread::spawn(move || {
                copy(&mut far_in, &mut near_out).map(|_| near_out.shutdown(std::net::Shutdown::Write))
            });
        }
    });
}

fn audit(host: &DockerHost, args: &[&str]) -> Report {
    let mut command = host.namespace().command_of_host(program::binary());
    program::audit(program::arm(&mut command).arg("audit").args(args), &[EDITION])
}

/// Those whose facts are files, programs and processes of a host, and nothing else.
fn about_the_host(report: &Report) -> Vec<&Finding> {
    let found = program::verdicts(report, EDITION);
    let ids = ["1.1.3", "1.1.9", "3.1", "3.5", "3.15", "3.16", "3.19", "2.3", "2.4", "2.17"];
    ids.iter().map(|id| found[id]).collect()
}

fn is_judged(finding: &Finding) -> bool {
    finding.status != Status::Error
}

#[test]
fn a_forwarded_engine_is_judged_by_no_files_but_its_own() {
    let (near, far) = (DockerHost::start("no-containers"), DockerHost::start("default-install"));
    forward(&near, "/run/far.sock", &far);
    let own = audit(&near, &[]);
    assert_eq!((own.host.name.as_str(), own.host.relation), ("fixture", Relation::Local), "{:?}", own.notes);
    assert!(about_the_host(&own).into_iter().all(is_judged), "{:#?}", about_the_host(&own));

    // Of the same name and under the same kernel, but another machine all the same.
    let far_args = ["--docker-host=unix:///run/far.sock"];
    let twin = audit(&near, &far_args);
    assert_eq!(twin.host.relation, Relation::Undecided, "{:?}", twin.notes);
    assert!(!about_the_host(&twin).into_iter().any(is_judged), "{:#?}", about_the_host(&twin));
    assert!(about_the_host(&twin).iter().all(|finding| finding.cause == Some(CauseId::HostUndecided)));

    far.namespace().sh("hostname far-away");
    let remote = audit(&near, &far_args);
    assert_eq!((remote.host.name.as_str(), remote.host.relation), ("far-away", Relation::Remote));
    assert!(
        remote.notes.iter().any(|note| note.contains("far-away") && note.contains("fixture")),
        "{:?}",
        remote.notes
    );
    assert!(!about_the_host(&remote).into_iter().any(is_judged), "{:#?}", about_the_host(&remote));
    assert_ne!(own.host.id, remote.host.id);
    let containers = program::verdicts(&remote, EDITION)["5.5"].status;
    assert_ne!(containers, Status::Error, "what the engine tells is judged");

    let alone = audit(&near, &[far_args[0], "--scope=engine"]);
    let unread: Vec<_> = alone.findings().filter(|finding| finding.is_incomplete()).collect();
    assert!(alone.is_complete(), "{unread:#?}");

    // A recording of it says the same.
    let file = tempfile::NamedTempFile::new().expect("a recording");
    let mut command = near.namespace().command_of_host(program::binary());
    let done = program::arm(&mut command).args(["record", far_args[0], "-b", EDITION]).arg(file.path()).output();
    assert_eq!(done.expect("keelmark runs").status.code(), Some(2));
    let replayed = program::audit_recording(file.path(), &[EDITION]);
    assert_eq!((replayed.host.name.as_str(), replayed.host.relation), ("far-away", Relation::Remote));
    assert_eq!((replayed.auditor.host.as_str(), replayed.auditor.user.as_str()), ("fixture", "root"));
    assert!(!about_the_host(&replayed).into_iter().any(is_judged));
}

/// A daemon that listens on TCP with TLS, and a client's certificate as `openssl x509 -req` makes it without -extfile.
const WITH_TLS: &str = r#"
mkdir -p /etc/tls && cd /etc/tls
openssl req -new -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=ca -keyout ca-key.pem -out ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server-key.pem -out server.csr 2>/dev/null
printf 'subjectAltName = DNS:localhost\nextendedKeyUsage = serverAuth\n' >server.cnf
openssl x509 -req -days 9 -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out server.pem -extfile server.cnf 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=client -keyout key.pem -out client.csr 2>/dev/null
openssl x509 -req -days 9 -in client.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out cert.pem 2>/dev/null
openssl x509 -in cert.pem -noout -text | grep -q 'Version: 1 '
kill $(cat /var/run/docker.pid); while test -e /var/run/docker.pid; do sleep 0.1; done
"#;

#[test]
fn an_old_client_certificate_opens_what_dockers_own_client_opens() {
    let host = DockerHost::start("no-containers");
    host.namespace().sh(WITH_TLS);
    let tls = "--tlsverify --tlscacert /etc/tls/ca.pem --tlscert /etc/tls/server.pem --tlskey /etc/tls/server-key.pem";
    let hosts = "-H unix:///var/run/docker.sock -H tcp://127.0.0.1:2376";
    host.namespace().start(&format!("dockerd --iptables=false --bridge=none {hosts} {tls}"), "/run/dockerd-tls.log");
    host.namespace().wait_for("docker version", "/run/dockerd-tls.log");
    let mut command = host.namespace().command_of_host(program::binary());
    command.env("DOCKER_TLS_VERIFY", "1").env("DOCKER_CERT_PATH", "/etc/tls");
    let report = program::audit(
        program::arm(&mut command).args(["audit", "--docker-host=tcp://localhost:2376", "--check=2.6"]),
        &[EDITION],
    );
    assert_eq!(report.engine.error, None);
    // The daemon listens on this very port, so the address is this host's.
    assert_eq!(
        (report.host.relation, program::verdicts(&report, EDITION)["2.6"].status),
        (Relation::Local, Status::Pass)
    );
}

/// `keelmark audit` as a container of the engine that it audits. The program and what it is linked with come from the
/// machine, read-only.
fn in_container(host: &DockerHost, name: &str, mounts: &[&str], args: &[&str]) -> Report {
    let (binary, cache) = (program::binary().display().to_string(), "/var/tmp/keelmark-engine-cache");
    let mut command: Command = host.namespace().command("docker");
    command.args(["run", "--rm", "--network=none", "--hostname=auditor", "--name", name]);
    command.args(["--env=KEELMARK_CACHE_DIR=/cache", &format!("--volume={cache}:/cache")]);
    command.arg(format!("--volume={binary}:/keelmark:ro"));
    for folder in ["/lib", "/lib64", "/usr"] {
        command.arg(format!("--volume={folder}:{folder}:ro"));
    }
    command.arg("--volume=/var/run/docker.sock:/var/run/docker.sock");
    command.args(mounts.iter().map(|mount| format!("--volume={mount}")));
    command.args(["auditor:1", "/keelmark", "audit", "--no-plugins", "--output=json", "-b", EDITION]).args(args);
    let output = command.output().expect("docker runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_container_is_neither_its_host_nor_its_own_subject() {
    let host = DockerHost::start("default-install");
    host.namespace().sh("hostname > /etc/hostname");
    // The cache of native code, filled by a run that compiles.
    let outside = audit(&host, &[]);
    host.namespace().sh("tar -C /run/base -c . | docker import -m auditor - auditor:1");

    let blind = in_container(&host, "blind", &[], &[]);
    assert!(!about_the_host(&blind).into_iter().any(is_judged), "{:#?}", about_the_host(&blind));
    let [cause] = blind.causes.as_slice() else { panic!("{:?}", blind.causes) };
    assert_eq!(cause.id, CauseId::HostNotMounted, "{}", cause.message);
    assert!(cause.message.contains("--host-root /host"), "{}", cause.message);
    assert_eq!((blind.host.name.as_str(), blind.auditor.host.as_str()), ("fixture", "auditor"));

    let mounted = in_container(&host, "mounted", &["/:/host:ro"], &[]);
    assert_eq!(mounted.host.relation, Relation::Local, "{:?} {:?}", mounted.causes, mounted.notes);
    assert!(mounted.notes.iter().any(|note| note.contains("/host is mounted")), "{:?}", mounted.notes);
    assert!(mounted.notes.iter().any(|note| note.contains("own container mounted")), "{:?}", mounted.notes);
    // Whatever is about containers and images is as it is seen from outside.
    let (inside, outside) = (program::verdicts(&mounted, EDITION), program::verdicts(&outside, EDITION));
    let different: Vec<_> = outside
        .iter()
        .filter(|(id, finding)| id.starts_with(['4', '5', '6']) && inside[*id].status != finding.status)
        .map(|(id, finding)| (id, finding.status, inside[id].status, &inside[id].message))
        .collect();
    assert!(different.is_empty(), "{different:#?}");
    let subjects = serde_json::to_string(&mounted.benchmarks).expect("a report");
    assert!(!subjects.contains("container mounted"), "keelmark judged itself");

    let whole = in_container(&host, "whole", &["/:/host:ro"], &["--include-self", "--check=5.32"]);
    let socket = program::verdicts(&whole, EDITION)["5.32"];
    assert!(socket.evidence.iter().any(|evidence| evidence.subject.to_string() == "container whole"), "{socket:#?}");
}
