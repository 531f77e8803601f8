//! Which of the engine's objects plugins were told of.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use keelmark_contract::ops;
use keelmark_facts::Request;
use serde_json::Value;

/// The ids in the engine's own lists: what is asked about one of them and not found has gone in between.
#[derive(Debug, Default)]
pub struct Listed(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    ids: HashSet<String>,
    /// The questions whose answers were read already: every plugin gets the same one.
    read: HashSet<Request>,
}

impl Listed {
    /// Remembers the ids in an answer: of containers and images, and of what runs in a container.
    pub fn learn(&self, request: &Request, answer: &Value) {
        let Request::Docker(asked) = request else { return };
        let op = asked.op();
        let ids: Vec<&str> = if op == &ops::LIST_CONTAINERS || op == &ops::LIST_IMAGES {
            let objects = answer.as_array().into_iter().flatten();
            objects.filter_map(|object| object.get("Id")?.as_str()).collect()
        } else if op == &ops::INSPECT_CONTAINERS {
            let execs = answer.get("ExecIDs").and_then(Value::as_array);
            execs.into_iter().flatten().filter_map(Value::as_str).collect()
        } else {
            return;
        };
        if ids.is_empty() {
            return;
        }
        // Between two inserts nothing is half-done.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.read.insert(request.clone()) {
            known.ids.extend(ids.into_iter().map(str::to_owned));
        }
    }

    /// Whether the engine has told of that object.
    pub fn contains(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ids.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use keelmark_facts::DockerRequest;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_the_engine_told_of_is_known() {
        let listed = Listed::default();
        listed.learn(
            &Request::Docker(DockerRequest::whole(&ops::LIST_CONTAINERS)),
            &json!([{ "Id": "a1" }, { "Names": [] }]),
        );
        listed.learn(
            &Request::Docker(DockerRequest::about(&ops::INSPECT_CONTAINERS, "a1")),
            &json!({ "ExecIDs": ["e1"] }),
        );
        listed.learn(&Request::Docker(DockerRequest::whole(&ops::LIST_NETWORKS)), &json!([{ "Id": "n1" }]));
        assert_eq!(["a1", "e1", "n1", "made-up"].map(|id| listed.contains(id)), [true, true, false, false]);
    }
}
