//! Tests of keelmark as a whole. What ships is what runs here: the built plugins, the gate, the program.

mod cli;
mod conventions;
mod gate;
mod hostile;
mod mutation;
mod reference;
mod scenarios;
mod support;
