//! Why a fact could not be read.

/// Why a fact could not be read; the kinds are the contract's (`wit/types.wit`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{message}")]
pub struct FactError {
    pub kind: ErrorKind,
    /// One sentence for the operator, complete without context.
    pub message: String,
}

/// The contract's `types.error-kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    Denied,
    NotFound,
    Invalid,
    Timeout,
    TooLarge,
    Unavailable,
    Permission,
    Failed,
    Other,
}

impl ErrorKind {
    /// The kind as the contract and recordings write it.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Denied => "denied",
            ErrorKind::NotFound => "not-found",
            ErrorKind::Invalid => "invalid",
            ErrorKind::Timeout => "timeout",
            ErrorKind::TooLarge => "too-large",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Permission => "permission",
            ErrorKind::Failed => "failed",
            ErrorKind::Other => "other",
        }
    }
}

impl FactError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}
