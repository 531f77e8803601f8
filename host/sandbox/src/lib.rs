//! The sandbox: wasmtime, the contract's functions as plugins call them ([`api`]), and how plugins are loaded and run
//! ([`engine`]). Every call passes the gate of `keelmark-contract`; what answers is a backend of `keelmark-facts`.

pub mod api;
mod budget;
pub mod engine;
