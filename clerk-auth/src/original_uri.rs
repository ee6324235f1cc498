//! The URI that a client requested, in case routers rewrite that of the request.

use http::Uri;
use http::request::Parts;

/// The URI that the client requested, as an extension of a request.
///
/// A service that is mounted under a path often receives requests without that path. Redirects would then
/// lead to the wrong page, and organization patterns would not match. Code that strips the path must keep the
/// original URI in this extension:
///
/// ```
/// use clerk_auth::OriginalUri;
/// use http::{Request, Uri};
///
/// fn strip_prefix<B>(mut request: Request<B>, stripped: Uri) -> Request<B> {
///     let original = std::mem::replace(request.uri_mut(), stripped);
///     // An outer router may have set it already.
///     request.extensions_mut().get_or_insert_with(|| OriginalUri(original));
///     request
/// }
/// ```
///
/// The routers of axum, actix-web, rocket and poem need no such extension: their adapters know the URI. (For
/// axum, turn on the feature `axum` of this crate, not only `tower`.) If a server terminates TLS itself, the
/// URIs of HTTP/1.1 still have no scheme; set an absolute URI that begins with `https://` here. The adapters
/// of actix-web, rocket and poem do that as well.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias("nested router", "base path", "mount path"))]
pub struct OriginalUri(
    /// The path and query that the client requested, optionally with scheme and host.
    pub Uri,
);

/// Marks a request that arrived over TLS, which the URI of HTTP/1.1 does not show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverTls;

/// The URI that the client requested, if known; otherwise that of the request.
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
