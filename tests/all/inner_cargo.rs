//! Where the build scripts let the inner cargo build.

use std::path::Path;

#[path = "../../host/editions/build/inner_cargo.rs"]
#[expect(dead_code, reason = "building is the build scripts' part")]
mod under_test;

#[test]
fn plugins_are_built_beside_the_profile_whether_or_not_cargo_marked_the_directory() {
    let of = |out| under_test::target_directory(Path::new(out)).map(|found| found.display().to_string());
    for (out, expected) in [
        ("/w/target/debug/build/keelmark-0a1b/out", "/w/target/plugins"),
        (
            "/w/target/x86_64-unknown-linux-musl/release/build/keelmark-0a1b/out",
            "/w/target/x86_64-unknown-linux-musl/plugins",
        ),
        ("/w/target/debug/build/keelmark/0a1b/out", "/w/target/plugins"),
        ("/home/build/w/target/debug/build/keelmark-0a1b/out", "/home/build/w/target/plugins"),
    ] {
        assert_eq!(of(out).unwrap(), expected);
    }
    assert!(of("/somewhere/else").unwrap_err().to_string().contains("/somewhere/else is not where cargo puts OUT_DIR"));
}
