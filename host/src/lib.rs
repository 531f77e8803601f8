//! keelmark: audits a Docker host against the CIS Docker Benchmarks with sandboxed WebAssembly plugins.
//!
//! The way of a fact: a plugin calls an import of the contract (`wit/`); its binding in [`api`] asks the [`gate`];
//! what the gate allows is asked of a [`backend`]; the answer goes back, masked and projected. The way of a verdict:
//! the plugin emits a finding; [`audit`] collects the findings of all sections into a [`report`].

pub mod api;
pub mod audit;
pub mod audit_log;
pub mod author;
pub mod backend;
pub mod catalog;
pub mod cli;
pub mod commands;
pub mod doctor;
pub mod editions;
pub mod engine;
pub mod exit;
pub mod gate;
mod input;
pub mod plugin;
pub mod private_dir;
pub mod report;
pub mod settings;
pub mod source;
pub mod store;
