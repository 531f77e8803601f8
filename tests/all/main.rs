//! Tests of keelmark as a whole. What ships is what runs here: the built plugins, the gate, the program.

mod author;
mod broken;
mod cli;
mod conventions;
mod doctor;
mod fuzzing;
mod gate;
mod hostile;
mod identity;
mod inner_cargo;
mod mutation;
mod reference;
mod reported;
mod scenarios;
mod source;
mod store;
mod support;
mod third_party;
