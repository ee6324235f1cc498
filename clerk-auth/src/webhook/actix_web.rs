//! The extractor for actix-web.

use std::future::Future;
use std::pin::Pin;

use actix_web::body::{BodyStream, to_bytes_limited};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};

use super::extract::{MAX_BODY, VerifiedEvent, incomplete, no_verifier, rejected, too_large};
use super::{WebhookError, WebhookVerifier};

impl FromRequest for VerifiedEvent {
    type Error = WebhookError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebhookError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = BodyStream::new(payload.take());
        Box::pin(async move {
            let verifier = verifier(&request)?;
            let body = to_bytes_limited(body, MAX_BODY).await;
            let body = body.map_err(|_| too_large())?.map_err(incomplete)?;
            let headers = request.headers().iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
            verifier.verify_headers(headers, &body).map(Self)
        })
    }
}

fn verifier(request: &HttpRequest) -> Result<&WebhookVerifier, WebhookError> {
    let shared = request.app_data::<web::Data<WebhookVerifier>>();
    shared
        .map(web::Data::get_ref)
        .or_else(|| request.app_data())
        .ok_or_else(|| no_verifier("`App::app_data(web::Data::new(verifier))`"))
}

impl ResponseError for WebhookError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status().as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code())
            .content_type(ContentType::json())
            .body(rejected(self))
    }
}
