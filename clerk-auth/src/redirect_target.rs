//! The return URL of a satellite.

use url::Url;

/// The URL, if a browser may be sent there: `http` or `https`, without credentials.
pub(crate) fn redirect_target(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    sound.then_some(url)
}
