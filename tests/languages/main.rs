//! Plugins in languages other than Rust: made by `keelmark plugin new`, built by their own toolchains, tested and run as
//! an author would. The toolchains are installed by setup.sh; a missing one fails its tests.

mod javascript;
mod python;
mod support;
