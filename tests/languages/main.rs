//! Plugins in languages other than Rust (and examples in it): made by `keelmark plugin new`, built by their own toolchains, tested and run as
//! an author would. The toolchains are installed by setup.sh; a missing one fails its tests.

mod c;
mod go;
mod javascript;
mod python;
mod rust;
mod support;
