//! keelmark: audits a Docker host against the CIS Docker Benchmarks with sandboxed WebAssembly plugins.
//!
//! The program: its command line, its commands, and `doctor`. What they use are the other rooms of `host/`, whose
//! README shows how they lie.

pub mod cli;
pub mod commands;
pub mod doctor;
