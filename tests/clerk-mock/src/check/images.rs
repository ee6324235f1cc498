//! The type and size of uploaded images.

use http::StatusCode;

use crate::rejection::Rejection;

/// The operations whose images Clerk limits.
const LIMITED: [&str; 2] = ["UploadOrganizationLogo", "UploadOAuthApplicationLogo"];
const TYPES: [&str; 4] = ["image/gif", "image/webp", "image/png", "image/jpeg"];
const LARGEST: usize = 10 * 1024 * 1024;

/// Rejects a file that is larger than 10 MiB or of a type that is not accepted. A part without a type is
/// accepted.
pub(super) fn check(
    operation_id: &str,
    media_type: Option<&str>,
    length: usize,
) -> Result<(), Rejection> {
    if !LIMITED.contains(&operation_id) {
        return Ok(());
    }
    if length > LARGEST {
        return Err(Rejection::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "image_too_large",
            "image too large",
            format!("The image has {length} bytes. At most {LARGEST} are accepted."),
        ));
    }
    match media_type.filter(|media_type| !TYPES.contains(media_type)) {
        None => Ok(()),
        Some(other) => Err(Rejection::bad_request(
            "request_body_invalid",
            "unsupported image type",
            format!(
                "The image is {other}. Accepted types: {}.",
                TYPES.join(", ")
            ),
        )),
    }
}
