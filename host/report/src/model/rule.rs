//! What a check says about itself: once in a report, however many recommendations and editions use it.

use keelmark_contract::Recommendation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A check, in its author's words. Texts that the author did not write are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Rule {
    /// What was found when it fires, as a headline: "Container runs privileged".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The key that ties it to the same control in other benchmarks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub control: String,
    /// What the recommendation asks for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub means: String,
    /// Why it matters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Which facts decide, and from where.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub audited: String,
    /// How to fix it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fix: String,
    /// What the fix may break.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub impact: String,
    /// What a host has when nobody changed anything.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub default: String,
    /// Where it decides otherwise than the audit that the benchmark prints.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deviates: String,
    /// Addresses of documentation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
}

impl Rule {
    /// What a plugin says of the check behind one of its recommendations. The keys are in `wit/types.wit`.
    pub fn of(recommendation: &Recommendation) -> Self {
        let text = |key: &str| recommendation.get(key).unwrap_or_default().to_owned();
        Self {
            title: text("finding"),
            control: text("control"),
            means: text("means"),
            why: text("why"),
            audited: text("audited"),
            fix: text("fix"),
            impact: text("impact"),
            default: text("default"),
            deviates: text("deviates"),
            references: recommendation.all("reference").map(str::to_owned).collect(),
        }
    }
}
