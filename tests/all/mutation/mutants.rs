//! What one fact can become.

use keelmark_sdk::fake::project;
use keelmark_sdk::serde_json::{Value, json};

use super::json::{Step, get, places, set, without, written};
use super::listening::Scope;

/// One answer, changed in one respect.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// "error denied", "without HostConfig.Privileged", "mode = \"0777\""
    pub what: String,
    /// Where in the answer; empty for all of it.
    pub place: Vec<Step>,
    pub answer: Value,
}

impl Mutant {
    pub fn new(what: String, place: &[Step], ok: Value) -> Self {
        Self { what, place: place.to_vec(), answer: json!({ "ok": ok }) }
    }
}

/// Why a host may have no answer. "not-found" is a fact of its own, and no check tells the others from "failed".
const ERRORS: [&str; 4] = ["denied", "unavailable", "permission", "failed"];

/// The answer could not be had, or not whole.
pub fn absences(key: &str, scope: &Scope, answer: &Value) -> Vec<Mutant> {
    let error = |kind: &&str| Mutant {
        what: format!("error {kind}"),
        place: Vec::new(),
        answer: json!({ "error": { "kind": kind, "message": format!("{key}: taken away") } }),
    };
    let mut all: Vec<Mutant> = ERRORS.iter().map(error).collect();
    let Some(ok) = answer.get("ok") else { return all };
    if key.starts_with("exec ") {
        for (field, value) in [("truncated", json!(true)), ("code", json!(1)), ("code", Value::Null)] {
            let mut cut = ok.clone();
            cut[field] = value.clone();
            // What a program printed is worth as little as the way it ended.
            all.push(Mutant::new(format!("{field} = {value}"), &[], cut));
        }
    }
    if let Scope::Fields(_, fields) = scope {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let seen = project(ok, &fields);
        for place in places(&seen) {
            if let Some(less) = without(ok, &place).filter(|_| is_field(&place)) {
                all.push(Mutant::new(format!("without {}", written(&place)), &place, less));
            }
            // Nothing that any reader of this place could take for an answer.
            let nonsense = if get(&seen, &place).is_some_and(Value::is_object) { json!(7) } else { json!({ "?": 7 }) };
            if let Some(wrong) = set(ok, &place, &nonsense) {
                all.push(Mutant::new(format!("{} of another type", written(&place)), &place, wrong));
            }
        }
    }
    all
}

/// Objects whose keys are data: ports, networks, registries, options, labels. A key that is not there is a fact.
const KEYED_BY_DATA: [&str; 8] =
    ["ExposedPorts", "IndexConfigs", "Labels", "Networks", "Options", "PortBindings", "Ports", "Volumes"];

/// Whether a place is a field of the engine's API, and not an item or an entry.
fn is_field(place: &[Step]) -> bool {
    match place {
        [.., Step::Key(parent), Step::Key(_)] => !KEYED_BY_DATA.contains(&parent.as_str()),
        [.., Step::Key(_)] => true,
        _ => false,
    }
}

/// The answer is another one, as far as one can guess without knowing what it means.
pub fn flips(key: &str, scope: &Scope, answer: &Value) -> Vec<Mutant> {
    let mut all = Vec::new();
    if ["stat ", "lstat ", "read ", "list "].iter().any(|request| key.starts_with(request)) {
        let gone = json!({ "error": { "kind": "not-found", "message": format!("{key}: no such file or directory") } });
        all.push(Mutant { what: "no such file".into(), place: Vec::new(), answer: gone });
    }
    let Some(ok) = answer.get("ok") else { return all };
    if ["stat ", "lstat "].iter().any(|request| key.starts_with(request)) {
        all.extend(of_metadata(ok));
        return all;
    }
    let seen = match scope {
        Scope::Whole => ok.clone(),
        Scope::Fields(_, fields) => project(ok, &fields.iter().map(String::as_str).collect::<Vec<_>>()),
    };
    all.extend(others(&seen).into_iter().map(|other| Mutant::new(format!("= {}", short(&other)), &[], other)));
    for place in places(&seen) {
        if let (Some(less), Some(Step::Item(_))) = (without(ok, &place), place.last()) {
            all.push(Mutant::new(format!("without {}", written(&place)), &place, less));
        }
        for other in get(&seen, &place).map(others).unwrap_or_default() {
            let what = format!("{} = {}", written(&place), short(&other));
            all.extend(set(ok, &place, &other).map(|changed| Mutant::new(what, &place, changed)));
        }
    }
    all
}

/// Owner and group are a name and a number each, and one fact.
fn of_metadata(ok: &Value) -> Vec<Mutant> {
    let changes = [
        json!({ "mode": "0777" }),
        json!({ "mode": "0000" }),
        json!({ "uid": 4242, "owner": "mallory" }),
        json!({ "gid": 4242, "group": "mallory" }),
        json!({ "device": "9:99" }),
        json!({ "device": "8:1" }),
        json!({ "kind": "directory" }),
        json!({ "kind": "file" }),
        json!({ "kind": "socket" }),
        json!({ "modified": 0 }),
    ];
    let change = |change: Value| {
        let mut changed = ok.clone();
        changed.as_object_mut()?.extend(change.as_object()?.clone());
        (changed != *ok).then(|| Mutant::new(short(&change), &[], changed))
    };
    changes.into_iter().filter_map(change).collect()
}

/// Other values of the same kind.
fn others(value: &Value) -> Vec<Value> {
    /// Lines of a text that are taken away, each once.
    const LINES: usize = 40;
    let others = match value {
        Value::Bool(yes) => vec![json!(!yes)],
        Value::Number(number) => {
            let next = number.as_i64().unwrap_or(0).saturating_add(1);
            vec![json!(0), json!(1), json!(-1), json!(next), json!(4_000_000_000_000_i64)]
        }
        Value::String(text) if text.contains('\n') => {
            let lines: Vec<&str> = text.lines().collect();
            let rest =
                |n: usize| lines.iter().enumerate().filter(move |(m, _)| *m != n).map(|(_, line)| format!("{line}\n"));
            let less = (0..lines.len().min(LINES)).map(|n| json!(rest(n).collect::<String>()));
            less.chain([json!("")]).collect()
        }
        Value::String(_) => vec![json!(""), json!("changed"), json!("host")],
        Value::Array(_) => vec![json!([])],
        Value::Object(_) => vec![json!({}), Value::Null],
        Value::Null => vec![json!(true), json!("changed"), json!(["changed"])],
    };
    others.into_iter().filter(|other| other != value).collect()
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}
