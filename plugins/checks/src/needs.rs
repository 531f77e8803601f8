//! What checks ask of the host, in the words that the manifest and the operator read.
//!
//! A check lists exactly what it reads. Two needs with the same operation and reason become one capability.

use keelmark_sdk::Need;

pub const LIST_CONTAINERS: Need =
    Need::new("docker.list-containers", &["Id", "Names"], "lists the containers to look at");

pub const LIST_IMAGES: Need =
    Need::new("docker.list-images", &["Id", "RepoTags", "RepoDigests"], "lists the images to look at");

/// Settings of every container, by their path in `GET /containers/{id}/json`.
pub const fn inspect_containers(fields: &'static [&'static str]) -> Need {
    Need::new("docker.inspect-containers", fields, "reads the containers' settings")
}

/// Settings of every image, by their path in `GET /images/{id}/json`.
pub const fn inspect_images(fields: &'static [&'static str]) -> Need {
    Need::new("docker.inspect-images", fields, "reads the images' settings")
}

/// Fields of `GET /info`.
pub const fn info(fields: &'static [&'static str]) -> Need {
    Need::new("docker.info", fields, "reads the engine's own account of itself")
}

/// Lists of needs, one after the other, as one: `joined![effective::NEEDS, &[needs::LIST_IMAGES]]`.
macro_rules! joined {
    ($($list:expr),+ $(,)?) => {{
        const LISTS: &[&[::keelmark_sdk::Need]] = &[$($list),+];
        const ALL: [::keelmark_sdk::Need; $crate::needs::count(LISTS)] = $crate::needs::join(LISTS);
        &ALL
    }};
}
pub(crate) use joined;

/// How many needs the lists hold.
pub const fn count(mut lists: &[&[Need]]) -> usize {
    let mut number = 0;
    while let [list, rest @ ..] = lists {
        number += list.len();
        lists = rest;
    }
    number
}

/// What [`joined`] makes while it is compiled, where there are no iterators yet. `N` is the lists' [`count`].
#[expect(clippy::indexing_slicing, reason = "it is run by the compiler, which would say so")]
pub const fn join<const N: usize>(mut lists: &[&[Need]]) -> [Need; N] {
    let mut all = [Need::new("", &[], ""); N];
    let mut number = 0;
    while let [list, rest @ ..] = lists {
        let mut left = *list;
        while let [need, others @ ..] = left {
            all[number] = *need;
            number += 1;
            left = others;
        }
        lists = rest;
    }
    all
}
