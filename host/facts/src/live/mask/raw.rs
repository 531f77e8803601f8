//! What a source has read and nobody may see yet.

use serde_json::Value;

use super::file::mask_file;
use super::words::mask_words;
use super::{DockerRequest, mask};

/// A fact with its secrets. It leaves a source in this type, and there is no way out of it but through masking: a
/// source that comes new cannot forget it.
pub struct Raw<T>(T);

impl<T> Raw<T> {
    pub fn new(read: T) -> Self {
        Self(read)
    }
}

#[cfg(test)]
impl<T> Raw<T> {
    /// What a test of a source compares.
    pub fn unmasked(self) -> T {
        self.0
    }
}

impl Raw<Value> {
    /// Whether it is true or false what stands at `pointer`, which is no secret either way.
    pub fn flag(&self, pointer: &str) -> Option<bool> {
        self.0.pointer(pointer)?.as_bool()
    }

    /// The engine's answer to `request`.
    pub fn of_engine(self, request: &DockerRequest) -> Value {
        let mut value = self.0;
        mask(request, &mut value);
        value
    }

    /// The answer to a question for the text of the file `path`: that, or where a link leads.
    pub fn of_file(self, path: &str) -> Value {
        match self.0 {
            // Every program of the host may read it; its "passwd" is the name of a database.
            Value::String(text) if path == "/etc/nsswitch.conf" => Value::String(text),
            Value::String(text) => Value::String(mask_file(&text)),
            resolved => resolved,
        }
    }

    /// The answer of a program that ran.
    pub fn of_program(self) -> Value {
        let mut answer = self.0;
        for stream in ["stdout", "stderr"] {
            if let Some(Value::String(text)) = answer.get_mut(stream) {
                *text = mask_file(text);
            }
        }
        answer
    }
}

impl Raw<Vec<String>> {
    /// The command line of a process. Its first word is the program.
    pub fn of_process(self) -> Vec<String> {
        let mut argv = self.0;
        mask_words(argv.iter_mut().skip(1));
        argv
    }
}
