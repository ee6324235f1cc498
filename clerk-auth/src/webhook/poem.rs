//! The extractor for poem.

use poem::error::{ReadBodyError, ResponseError};
use poem::http::StatusCode;
use poem::{FromRequest, Request, RequestBody, Response, Result};

use super::extract::{MAX_BODY, VerifiedEvent, incomplete, no_verifier, rejected, too_large};
use super::{WebhookError, WebhookVerifier};

impl<'a> FromRequest<'a> for VerifiedEvent {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let verifier: &WebhookVerifier = request
            .data()
            .ok_or_else(|| no_verifier("`EndpointExt::data(verifier)`"))?;
        let body = body.take()?.into_bytes_limit(MAX_BODY).await;
        let body = body.map_err(|error| match error {
            ReadBodyError::PayloadTooLarge => too_large(),
            error => incomplete(error),
        })?;
        Ok(Self(verifier.verify(request.headers(), &body)?))
    }
}

impl ResponseError for WebhookError {
    fn status(&self) -> StatusCode {
        WebhookError::status(self)
    }

    fn as_response(&self) -> Response {
        Response::builder()
            .status(WebhookError::status(self))
            .content_type("application/json")
            .body(rejected(self))
    }
}
