//! Places inside an answer.

use keelmark_sdk::serde_json::Value;

/// One step into an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Item(usize),
}

pub type Place = Vec<Step>;

/// Items of a list beyond these are like those before them, as far as a check can tell.
const ITEMS: usize = 3;

/// Every place below the root of `value`, outermost first.
pub fn places(value: &Value) -> Vec<Place> {
    let mut all = Vec::new();
    collect(value, &mut Vec::new(), &mut all);
    all
}

fn collect(value: &Value, at: &mut Place, all: &mut Vec<Place>) {
    let steps: Vec<(Step, &Value)> = match value {
        Value::Object(entries) => entries.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        Value::Array(items) => items.iter().take(ITEMS).enumerate().map(|(n, item)| (Step::Item(n), item)).collect(),
        _ => return,
    };
    for (step, value) in steps {
        at.push(step);
        all.push(at.clone());
        collect(value, at, all);
        at.pop();
    }
}

pub fn get<'v>(value: &'v Value, place: &[Step]) -> Option<&'v Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Item(number) => value.get(number),
    })
}

/// `value` with `new` at `place`, which may be one key that was not there; none where nothing leads there.
pub fn set(value: &Value, place: &[Step], new: &Value) -> Option<Value> {
    let mut changed = value.clone();
    let (last, parents) = place.split_last()?;
    let parent = get_mut(&mut changed, parents)?;
    match (parent, last) {
        (Value::Object(entries), Step::Key(key)) => drop(entries.insert(key.clone(), new.clone())),
        (Value::Array(items), Step::Item(number)) => *items.get_mut(*number)? = new.clone(),
        _ => return None,
    }
    Some(changed)
}

/// `value` without what is at `place`.
pub fn without(value: &Value, place: &[Step]) -> Option<Value> {
    let mut changed = value.clone();
    let (last, parents) = place.split_last()?;
    match (get_mut(&mut changed, parents)?, last) {
        (Value::Object(entries), Step::Key(key)) => drop(entries.remove(key)?),
        (Value::Array(items), Step::Item(number)) if *number < items.len() => drop(items.remove(*number)),
        _ => return None,
    }
    Some(changed)
}

fn get_mut<'v>(value: &'v mut Value, place: &[Step]) -> Option<&'v mut Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Item(number) => value.get_mut(number),
    })
}

/// `HostConfig.Mounts.0.Source`
pub fn written(place: &[Step]) -> String {
    let word = |step: &Step| match step {
        Step::Key(key) => key.clone(),
        Step::Item(number) => number.to_string(),
    };
    place.iter().map(word).collect::<Vec<_>>().join(".")
}

/// The same without the numbers: the field that checks name in what they need.
pub fn field(place: &[Step]) -> String {
    let keys = place.iter().filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Item(_) => None,
    });
    keys.collect::<Vec<_>>().join(".")
}
