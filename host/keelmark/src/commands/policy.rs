//! What the operator's waivers, baseline and `--fail-on` make of a report.

use std::path::Path;

use keelmark_contract::settings::Settings;
use keelmark_report::policy::{Baseline, FailOn, Gating, Waivers};
use keelmark_report::{Judged, Report, judge};

use super::Failure;
use crate::cli::PolicyArgs;

/// A file of waivers that somebody wrote by hand is smaller.
const MAX_WAIVER_BYTES: usize = 1024 * 1024;
/// A baseline has some hundred bytes for each object, of ten thousand containers too.
const MAX_BASELINE_BYTES: usize = 64 * 1024 * 1024;

/// What is read before an audit, so that a wrong file costs no audit.
pub struct Policy {
    waivers: Waivers,
    baseline: Option<Baseline>,
    gating: Gating,
}

impl Policy {
    /// The policy of the command line and the settings.
    pub fn load(args: &PolicyArgs, settings: &Settings) -> Result<Self, Failure> {
        if args.fail_on == FailOn::New && args.baseline.is_none() {
            return Err(Failure::usage("--fail-on new needs --baseline FILE, which says what is known"));
        }
        let mut waivers = Waivers::default();
        if let (Some(file), false) = (settings.file(), args.no_waivers) {
            let own = Waivers::parse_settings(&file.text);
            waivers = own.map_err(|error| Failure::usage(format!("{}: {error}", file.path)))?;
        }
        for path in &args.waivers {
            let more = Waivers::parse(&read(path, MAX_WAIVER_BYTES)?);
            waivers = waivers.and(more.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?);
        }
        let baseline = args.baseline.as_deref().map(|path| {
            let baseline = Baseline::parse(&read(path, MAX_BASELINE_BYTES)?);
            baseline.map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
        });
        let baseline = baseline.transpose()?;
        Ok(Self { waivers, baseline, gating: Gating { fail_on: args.fail_on } })
    }

    /// The report, judged by it.
    pub fn judge(&self, report: Report) -> Judged {
        judge(report, &self.waivers, self.baseline.as_ref(), &self.gating)
    }
}

/// The text of a file that the command line names.
fn read(path: &Path, limit: usize) -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::usage(format!("failed to read {}: {error}", path.display()));
    let bytes = keelmark_disk::input::read(path, limit).map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}
