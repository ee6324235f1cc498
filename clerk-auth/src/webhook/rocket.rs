//! The data guard for rocket.

use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::Status;
use rocket::{Request, outcome::Outcome::Error};

use super::extract::{MAX_BODY, VerifiedEvent, incomplete, log, no_verifier, too_large};
use super::{WebhookError, WebhookVerifier};

#[rocket::async_trait]
impl<'r> FromData<'r> for VerifiedEvent {
    type Error = WebhookError;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match read(request, data).await {
            Ok(event) => Outcome::Success(Self(event)),
            Err(error) => {
                log(&error);
                let status = Status::new(error.status().as_u16());
                Error((status, error))
            }
        }
    }
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<super::Event, WebhookError> {
    let verifier: &WebhookVerifier = request
        .rocket()
        .state()
        .ok_or_else(|| no_verifier("`Rocket::manage(verifier)`"))?;
    let body = data.open(MAX_BODY.bytes()).into_bytes().await;
    let body = body.map_err(incomplete)?;
    if !body.is_complete() {
        return Err(too_large());
    }
    let headers = request.headers().iter();
    let headers =
        headers.map(|header| (header.name().as_str().to_owned(), header.value().to_owned()));
    verifier.verify_headers(headers, &body)
}
