//! `keelmark plugin test`

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keelmark_author::expected::{Expected, evidence_line, name_of};
use keelmark_author::session::{Asked, Session};
use keelmark_author::{Project, require_built};
use keelmark_contract::settings::Settings;
use keelmark_contract::{escape, ops};
use keelmark_facts::{Backend, DockerRequest, Recorder, Recording, Request};
use keelmark_report::{Finding, exit};

use super::{built, open, project, shown, told};
use crate::cli::Cli;
use crate::cli::plugin::author::TestArgs;
use crate::commands::console::{self, Console};
use crate::commands::{Done, Failure, audit, output};

/// What a report says of its host; every recording has it, whether the plugin asks or not.
fn header() -> [Request; 3] {
    [Request::Facts, Request::Now, Request::Docker(DockerRequest::whole(&ops::VERSION))]
}

/// Names of requests in one line; a recording of a whole audit holds hundreds that one plugin does not ask for.
const MAX_LISTED: usize = 5;

pub async fn run(cli: &Cli, args: &TestArgs) -> Done {
    let project = project(&args.project)?;
    let mut built = if args.no_build { told(require_built(&project))? } else { built(&project, &args.project)? };
    let console = Arc::new(Console::new(cli.verbose));
    let session = open(cli, &project, &mut built, Arc::clone(&console) as _).await?;
    if let Some(name) = &args.record {
        return record(args, &project, &session, &console, name).await;
    }
    let all = project.recordings().map_err(Failure::usage)?;
    if all.is_empty() {
        return Err(Failure::usage(format!(
            "{} holds no recording; `keelmark plugin test --record NAME` makes one of this host",
            shown(&project.tests())
        )));
    }
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let wanted = |(name, _): &(String, PathBuf)| args.filter.as_ref().is_none_or(|filter| name.contains(filter));
    let chosen: Vec<(String, PathBuf)> = all.into_iter().filter(wanted).collect();
    if chosen.is_empty() {
        let filter = args.filter.as_deref().unwrap_or_default();
        return Err(Failure::usage(format!(
            "no recording's name contains {filter:?}; there are: {}",
            names.join(", ")
        )));
    }
    let (mut passed, mut failed) = (0, 0);
    for (name, path) in chosen {
        let test = Test { project: &project, session: &session, name: &name, recording: &path, cli };
        let outcome = test.run(Arc::clone(&console), args.bless).await?;
        *if outcome.is_good { &mut passed } else { &mut failed } += 1;
        output::write(None, &outcome.text)?;
    }
    output::write(None, &format!("\n{passed} passed, {failed} failed\n"))?;
    Ok(if failed > 0 { exit::FINDINGS } else { exit::CLEAN })
}

/// One recording and its expected verdicts.
struct Test<'a> {
    project: &'a Project,
    session: &'a Session,
    name: &'a str,
    recording: &'a Path,
    cli: &'a Cli,
}

/// How a test ended, as it is printed.
struct Outcome {
    is_good: bool,
    text: String,
}

impl Test<'_> {
    async fn run(&self, console: Arc<Console>, bless: bool) -> Result<Outcome, Failure> {
        let recording = Recording::load(self.recording).map_err(Failure::usage)?;
        let recorded: BTreeSet<String> = recording.keys().map(str::to_owned).collect();
        let file = |suffix: &str| self.project.tests().join(format!("{}.{suffix}.toml", self.name));
        let settings = file("settings");
        // Never this host's own settings: a test means the same everywhere.
        let settings = match settings.exists() {
            true => Settings::load(Some(&settings)).map_err(Failure::usage)?,
            false => Settings::default(),
        };
        let expected_path = file("expected");
        let expected = Expected::read(&expected_path).map_err(Failure::usage)?;
        let asked = Arc::new(Asked::new(Arc::new(recording)));
        let findings = self.session.audit(Arc::clone(&asked) as _, settings, console).await.findings;
        let found = Expected::of(&findings);
        let asked = asked.keys();

        let mut notes: Vec<String> = Vec::new();
        let unrecorded: Vec<&String> = asked.difference(&recorded).collect();
        let header: Vec<String> = header().iter().map(Request::key).collect();
        let leftover: Vec<&String> = recorded.difference(&asked).filter(|key| !header.contains(key)).collect();
        if !leftover.is_empty() {
            notes.push(format!("recorded, but never asked: {}", list(&leftover, self.cli.verbose)));
        }
        if !unrecorded.is_empty() {
            // Such a verdict says nothing about the plugin, so it can be neither right nor blessed.
            let mut lines = vec![format!("asked, but not recorded: {}", list(&unrecorded, self.cli.verbose))];
            lines.extend(describe(&findings));
            return Ok(self.outcome(false, "the recording lacks answers", &lines, &notes));
        }
        if bless {
            let recording = format!("tests/{}.json", self.name);
            output::write(Some(&expected_path), &found.to_toml(&recording))?;
            let changed = expected.is_none_or(|expected| expected != found);
            let what = if changed { "written; read the difference before you keep it" } else { "as it was" };
            return Ok(self.outcome(true, &format!("{}: {what}", shown(&expected_path)), &[], &notes));
        }
        let Some(expected) = expected else {
            let mut lines = vec![format!("{} does not exist; --bless writes it:", shown(&expected_path))];
            lines.extend(describe(&findings));
            return Ok(self.outcome(false, "nothing is expected yet", &lines, &notes));
        };
        let differences = expected.differences(&found);
        let count = found.len();
        let s = if count == 1 { "" } else { "s" };
        Ok(match differences.is_empty() {
            true => self.outcome(true, &format!("{count} verdict{s} as expected"), &[], &notes),
            false => self.outcome(false, "not as expected", &differences, &notes),
        })
    }

    fn outcome(&self, is_good: bool, what: &str, lines: &[String], notes: &[String]) -> Outcome {
        let word = if is_good { "ok  " } else { "FAIL" };
        let mut text = format!("{word}  {}: {}\n", self.name, escape::line(what));
        for line in lines {
            let _ = writeln!(text, "      {}", escape::line(line));
        }
        for note in notes {
            let _ = writeln!(text, "      note: {}", escape::line(note));
        }
        Outcome { is_good, text }
    }
}

/// Findings as lines: verdict and message, then the evidence.
pub(super) fn describe(findings: &[Finding]) -> Vec<String> {
    let of = |finding: &Finding| {
        let head = format!("{} {}: {}", finding.id, name_of(finding.status), finding.message);
        let head = head.trim_end_matches([' ', ':']).to_owned();
        std::iter::once(head)
            .chain(finding.evidence.iter().map(|e| format!("  {}", evidence_line(e))))
            .collect::<Vec<_>>()
    };
    findings.iter().flat_map(of).collect()
}

fn list(keys: &[&String], all: bool) -> String {
    let most = if all { usize::MAX } else { MAX_LISTED };
    let mut text = keys.iter().take(most).map(|key| key.as_str()).collect::<Vec<_>>().join(", ");
    let more = keys.len().saturating_sub(most);
    if more > 0 {
        let _ = write!(text, " and {more} more (--verbose lists them)");
    }
    text
}

/// Makes `tests/NAME.json` of what the plugin asks of this host.
async fn record(args: &TestArgs, project: &Project, session: &Session, console: &Arc<Console>, name: &str) -> Done {
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if !is_name {
        return Err(Failure::usage(format!(
            "{name:?} is no recording's name: letters, digits, dashes, for example web-host"
        )));
    }
    let path = project.tests().join(format!("{name}.json"));
    if path.exists() {
        return Err(Failure::usage(format!("{} exists; remove it first, or record under another name", shown(&path))));
    }
    let (live, engine) = audit::live(&args.target).await?;
    if let Some(error) = &engine.error {
        console::complain("warning", &format!("the engine could not be asked: {error}"));
    }
    let recorder = Arc::new(Recorder::new(live));
    for request in &header() {
        // Recorded whatever it is; a report over the recording then knows its host.
        let _ = recorder.ask(request).await;
    }
    let findings =
        session.audit(Arc::clone(&recorder) as _, Settings::default(), Arc::clone(console) as _).await.findings;
    let recording = recorder.recording();
    let json = recording.to_json().map_err(Failure::internal)?;
    std::fs::create_dir_all(project.tests())
        .map_err(|error| Failure::output(format!("failed to make {}: {error}", project.tests().display())))?;
    output::write_private(&path, &json)?;
    let mut text = format!("{}: {} answers of this host\n", shown(&path), recording.len());
    for line in describe(&findings) {
        let _ = writeln!(text, "  {}", escape::line(&line));
    }
    text.push_str("Secrets are masked, but it describes this host: read it before it leaves your hands.\n");
    text.push_str("`keelmark plugin test --bless` writes these verdicts down as the expected ones.\n");
    output::write(None, &text)?;
    Ok(exit::CLEAN)
}
