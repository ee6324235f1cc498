//! What can be an image: its type and its size.

use http::StatusCode;

use crate::refusal::Refusal;

/// The operations whose images Clerk limits.
const LIMITED: [&str; 2] = ["UploadOrganizationLogo", "UploadOAuthApplicationLogo"];
const TYPES: [&str; 4] = ["image/gif", "image/webp", "image/png", "image/jpeg"];
const LARGEST: usize = 10 * 1024 * 1024;

/// Refuses a file that is larger than 10 MiB, or whose part says that it is of another type. A part
/// that does not say is let pass.
pub(super) fn check(
    operation_id: &str,
    media_type: Option<&str>,
    length: usize,
) -> Result<(), Refusal> {
    if !LIMITED.contains(&operation_id) {
        return Ok(());
    }
    if length > LARGEST {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "image_too_large",
            "image too large",
            format!("The image has {length} bytes; at most {LARGEST} are accepted."),
        ));
    }
    match media_type.filter(|media_type| !TYPES.contains(media_type)) {
        None => Ok(()),
        Some(other) => Err(Refusal::bad_request(
            "request_body_invalid",
            "unsupported image type",
            format!("The image is {other}; accepted are {}.", TYPES.join(", ")),
        )),
    }
}
