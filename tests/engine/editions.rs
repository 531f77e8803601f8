//! Every edition over every recording: the whole number of verdicts, and none for want of a fact.

use crate::hosts::RECORDED;
use crate::program::{self, EDITIONS};
use crate::record;

#[test]
fn every_edition_audits_every_recording_without_an_error() {
    for name in RECORDED {
        let report = program::audit_recording(&record::path(name), &EDITIONS.map(|(id, _)| id));
        assert!(report.is_complete(), "{name}");
        program::assert_whole(&report, name);
    }
}
