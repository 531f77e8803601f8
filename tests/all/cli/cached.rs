//! Native code that is kept from one audit to the next.

use serde_json::json;

use super::{Recorded, keelmark};
use crate::support::NEWEST;
use crate::support::programs::{in_mount_namespace, require_root};

/// The audit, twice, with a cache on a disk from which nothing can be executed. Whatever is compiled becomes a new file,
/// so files that are still the same ones were used.
const TWICE: &str = "
mount -t tmpfs -o noexec,mode=700 tmpfs \"$KEELMARK_CACHE_DIR\" || exit 99
cp /bin/true \"$KEELMARK_CACHE_DIR/true\" && ! \"$KEELMARK_CACHE_DIR/true\" 2>/dev/null || exit 98
rm \"$KEELMARK_CACHE_DIR/true\"
for run in 1 2; do
    \"$@\" >/dev/null
    [ $? -le 2 ] || exit 97
    echo run
    ls -i \"$KEELMARK_CACHE_DIR\"
done";

#[test]
fn a_cache_on_a_disk_without_execution_is_used() {
    require_root();
    let folder = tempfile::tempdir().unwrap();
    let recorded = Recorded::new(json!({ "containers": [{ "name": "web" }] }));
    let mut audit = keelmark();
    audit.args(["audit", "--benchmark", NEWEST, "--replay"]).arg(recorded.path());
    audit.env("KEELMARK_CACHE_DIR", folder.path());
    let output = in_mount_namespace(&audit, TWICE).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let runs: Vec<&str> = stdout.split("run\n").skip(1).collect();
    assert_eq!(runs[0].lines().count(), 7, "{stdout}");
    assert_eq!(runs[0], runs[1]);
}
