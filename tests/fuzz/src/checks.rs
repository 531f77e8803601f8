//! What hosts and engines answer, into every check: a verdict or an error comes back, whatever was answered.

use std::sync::OnceLock;

use keelmark_sdk::fake::FakeHost;
use keelmark_sdk::serde_json::{Value, from_slice, json};
use keelmark_sdk::{Facts, FieldPlan, Status, audit_row, row, scenario};

/// A host on which most checks have something to look at.
fn host() -> &'static FakeHost {
    static HOST: OnceLock<FakeHost> = OnceLock::new();
    HOST.get_or_init(|| {
        let host = json!({ "containers": [{ "name": "web" }, { "name": "db" }] });
        scenario::expand(&host).expect("a host of the scenarios")
    })
}

/// Every check over a host. A verdict without a message is a pass, and nothing else.
fn judge(host: &FakeHost) {
    let catalog = keelmark_checks::catalog();
    let facts = Facts::new(host, FieldPlan::of(catalog.iter().map(|entry| entry.check)));
    for entry in &catalog {
        let finding = audit_row(&row("1", "", entry.check), &facts);
        assert!(finding.status == Status::Pass || !finding.message.is_empty(), "{}: {finding:?}", entry.check.slug);
    }
}

/// The lines of an image's history: what a Dockerfile did.
pub fn history(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let steps: Vec<Value> =
        text.lines().map(|line| json!({ "CreatedBy": line, "Size": line.len(), "Created": 1, "Tags": null })).collect();
    let mut host = host().clone();
    for (key, answer) in &mut host.answers {
        if key.starts_with("docker image-history ") {
            *answer = json!({ "ok": steps });
        }
    }
    judge(&host);
}

/// What `auditctl -l` prints.
pub fn audit_rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut host = host().clone();
    host.answer("exec auditctl -l", json!({ "code": 0, "stdout": text, "stderr": "", "truncated": false }));
    judge(&host);
}

/// Any answer replaced by any JSON: the first two bytes choose which, and where in it; the rest is what stands there
/// then. What is not JSON stands there as a text.
pub fn engine_answers(data: &[u8]) {
    let [which, place, rest @ ..] = data else { return };
    let mut host = host().clone();
    let at = usize::from(*which) % host.answers.len().max(1);
    let Some((_, answer)) = host.answers.iter_mut().nth(at) else { return };
    let replacement = from_slice(rest).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(rest)));
    if let Some(ok) = answer.get_mut("ok") {
        let mut left = usize::from(*place);
        replace(ok, &mut left, &replacement);
    }
    judge(&host);
}

/// Replaces the value that `left` others come before; the whole where there are fewer.
fn replace(value: &mut Value, left: &mut usize, by: &Value) -> bool {
    if *left == 0 {
        *value = by.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, by)),
        Value::Object(fields) => fields.values_mut().any(|field| replace(field, left, by)),
        _ => false,
    }
}
