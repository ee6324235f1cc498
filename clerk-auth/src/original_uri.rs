//! The URI that a client asked for, where routers change the one of the request.

use http::Uri;
use http::request::Parts;

/// The URI that the client asked for, as an extension of a request.
///
/// A service that is mounted under a path often gets requests without that path. Redirects of this crate
/// would then lead to the wrong page, and organization patterns would not match. Whatever takes the
/// path away keeps the URI as it was in this extension:
///
/// ```
/// use clerk_auth::OriginalUri;
/// use http::{Request, Uri};
///
/// fn strip_prefix<B>(mut request: Request<B>, stripped: Uri) -> Request<B> {
///     let original = std::mem::replace(request.uri_mut(), stripped);
///     // An outer router may have done so before.
///     request.extensions_mut().get_or_insert_with(|| OriginalUri(original));
///     request
/// }
/// ```
///
/// Routers of axum, actix-web, rocket and poem need no such extension: their adapters know the URI. (For
/// axum, turn on the feature `axum` of this crate, and not only `tower`.) Where a server terminates TLS
/// itself, the URIs of HTTP/1.1 still have no scheme; an absolute URI that begins with `https://` states
/// it here. The adapters of actix-web, rocket and poem know that, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalUri(
    /// The path and query that the client asked for, perhaps with scheme and host.
    pub Uri,
);

/// Marks a request that came over TLS, which the URI of HTTP/1.1 does not show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverTls;

/// The URI that the client asked for, as far as it is known.
pub(crate) fn original_uri(request: &Parts) -> &Uri {
    if let Some(OriginalUri(uri)) = request.extensions.get() {
        return uri;
    }
    #[cfg(feature = "axum")]
    if let Some(axum::extract::OriginalUri(uri)) = request.extensions.get() {
        return uri;
    }
    &request.uri
}
