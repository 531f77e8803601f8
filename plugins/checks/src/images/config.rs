//! Whether the engine has an image's configuration to tell.
//!
//! Of an image whose content is incomplete, or for other platforms only, engines answer with an empty configuration, or
//! with null. That says nothing about the image, and reads like one that has no health check and no variables.

use keelmark_sdk::{Facts, HostError, Judgement, Need, Object, Verdict};

use crate::needs;

/// What [`required`] reads of an image beside its `Config`.
pub const PLATFORM: Need = needs::inspect_images(&["Os"]);

/// An error where the engine told no configuration.
pub fn required(image: &Object) -> Result<(), HostError> {
    image.require("Config")?;
    // Every image is for some operating system, and the configuration is what names it.
    if image.str("Os")?.is_empty() {
        return Err(HostError::failed(format!(
            "{}: the engine has no configuration of it for this platform, or not all of its content",
            image.subject
        )));
    }
    Ok(())
}

/// Judges every image by its configuration, and sums up.
pub fn each_image(
    facts: &Facts,
    judge: impl Fn(&Object) -> Result<Judgement, HostError>,
) -> Result<Verdict, HostError> {
    facts.each_image(|image| required(image).and_then(|()| judge(image)))
}
