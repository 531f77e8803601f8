//! `keelmark doctor`

use keelmark_report::diagnosis::{Diagnosis, State};
use keelmark_report::{doctor_text, exit};

use super::{Done, console, output};
use crate::cli::{Cli, DoctorArgs};
use crate::doctor::{self, Subject};

pub async fn run(cli: &Cli, args: &DoctorArgs) -> Done {
    let subject = Subject {
        docker_host: args.target.docker_host.clone(),
        host_root: args.target.host_root.clone(),
        config: cli.config.clone(),
    };
    let diagnoses = doctor::examine(&subject).await;
    let as_text = |rows: &[Diagnosis]| doctor_text(rows, console::width(), console::colour(cli.color));
    let text = args.output.print(diagnoses.as_slice(), as_text);
    output::write(None, &text)?;
    let is_well = diagnoses.iter().all(|diagnosis| diagnosis.state != State::Problem);
    Ok(if is_well { exit::CLEAN } else { exit::FINDINGS })
}
