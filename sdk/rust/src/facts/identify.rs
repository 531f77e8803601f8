//! Which object of the engine's a piece of evidence is about.

use super::Facts;
use crate::host::DockerList;

/// The engine's lists of objects, with what one of each is called.
const LISTS: [(DockerList, &str); 7] = [
    (DockerList::Containers, "container"),
    (DockerList::Images, "image"),
    (DockerList::Networks, "network"),
    (DockerList::Volumes, "volume"),
    (DockerList::Nodes, "node"),
    (DockerList::Services, "service"),
    (DockerList::Secrets, "secret"),
];

impl Facts<'_> {
    /// The kind and id of an object of the engine's lists, by what evidence calls it; none where it is no such object, or
    /// where no check asked for the list.
    pub fn identify(&self, subject: &str) -> Option<(&'static str, String)> {
        let listed = self.listed.borrow();
        LISTS.into_iter().find_map(|(list, noun)| {
            let objects = listed.get(&list).filter(|_| is_called(subject, noun))?.as_ref().ok()?;
            let at = objects.binary_search_by(|object| object.subject.as_str().cmp(subject)).ok()?;
            Some((noun, objects.get(at)?.id.clone()))
        })
    }
}

/// Whether a subject is one of `noun`.
fn is_called(subject: &str, noun: &str) -> bool {
    subject.strip_prefix(noun).is_some_and(|rest| rest.starts_with(' '))
}
