//! Errors keep their type on the way through the middleware.

use std::fmt;
use std::net::TcpListener;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::{ErrorHandlerResponse, ErrorHandlers, Next, from_fn};
use actix_web::web::{Data, get, scope};
use actix_web::{App, Error, HttpServer, ResponseError, rt};
use adapters::Running;
use adapters::application::Admin;
use adapters::clerk::{admin, authenticator, key, member};
use adapters::wire::{get as get_request, page};
use clerk_auth::actix_web::{AuthMiddleware, Require};
use clerk_auth::adapter::{Rejection, RejectionKind};
use clerk_auth::{Check, FailedCheck};

use super::Stop;

#[derive(Debug)]
struct Mine;

impl fmt::Display for Mine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("mine")
    }
}

impl ResponseError for Mine {
    fn status_code(&self) -> StatusCode {
        StatusCode::CONFLICT
    }
}

/// What the outermost middleware has seen.
type Seen = Arc<Mutex<Vec<String>>>;

fn describe(error: &Error) -> String {
    if error.as_error::<Mine>().is_some() {
        return "mine".to_owned();
    }
    match error.as_error::<Rejection>() {
        Some(rejection) => match rejection.failed_check() {
            Some(FailedCheck::Role(role)) => role.clone(),
            _ => rejection.code().to_owned(),
        },
        None => "another error".to_owned(),
    }
}

async fn outer(
    seen: Data<Seen>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let called = next.call(request).await;
    let error = match &called {
        Ok(response) => response.response().error().map(describe),
        Err(error) => Some(format!("error: {}", describe(error))),
    };
    seen.lock().unwrap().push(error.unwrap_or_default());
    called
}

async fn fails(
    _: ServiceRequest,
    _: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    Err::<ServiceResponse, _>(Mine.into())
}

async fn open() -> &'static str {
    "open"
}

async fn admins(_: Require<Admin>) -> &'static str {
    "secret"
}

async fn handler_fails() -> Result<&'static str, Mine> {
    Err(Mine)
}

/// An application whose outermost middleware notes what it sees.
fn serve(seen: &Seen) -> Running {
    let (seen, middleware) = (seen.clone(), AuthMiddleware::new(authenticator()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let group = middleware.clone().require(Check::role("org:admin"));
                let own = ErrorHandlers::new().handler(StatusCode::UNAUTHORIZED, |mut response| {
                    let headers = response.headers_mut();
                    headers.insert("x-own".parse().unwrap(), "yes".parse().unwrap());
                    Ok(ErrorHandlerResponse::Response(
                        response.map_into_left_body(),
                    ))
                });
                App::new()
                    .app_data(Data::new(seen.clone()))
                    .route("/handler", get().to(handler_fails))
                    .route("/admin", get().to(admins))
                    .service(scope("/group").wrap(group).route("/open", get().to(open)))
                    .service(
                        scope("/fails")
                            .wrap(from_fn(fails))
                            .wrap(middleware.clone())
                            .route("/open", get().to(open)),
                    )
                    .wrap(middleware.clone())
                    .wrap(own)
                    .wrap(from_fn(outer))
            });
            let server = server.workers(1).disable_signals();
            let server = server.listen(listener).unwrap().run();
            sender.send(server.handle()).unwrap();
            server.await
        })
    });
    Running {
        address,
        stop: Box::new(Stop(receiver.recv().unwrap())),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outer_middleware_sees_errors_by_their_type() {
    let seen = Seen::default();
    let server = serve(&seen);
    let token = admin().mint();
    for (path, error) in [("/fails/open", "error: mine"), ("/handler", "mine")] {
        for request in [get_request(path), get_request(path).bearer(&token)] {
            let answer = server.answer(request).await;
            assert_eq!((answer.status, answer.text()), (409, "mine"));
            assert_eq!(seen.lock().unwrap().pop().as_deref(), Some(error), "{path}");
        }
    }
    let answer = server
        .answer(get_request("/group/open").bearer(&token))
        .await;
    assert_eq!((answer.status, answer.text()), (200, "open"));
    assert_eq!(seen.lock().unwrap().pop().as_deref(), Some(""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_response_of_an_error_carries_the_headers_of_the_state_once() {
    let server = serve(&Seen::default());
    let directives = [
        format!("__session={}; Path=/", member().mint()),
        "__client_uat=1; Path=/".to_owned(),
    ];
    let brought = key().handshake_token(&directives).mint();
    for (path, status) in [
        ("/fails/open", 409),
        ("/handler", 409),
        ("/group/open", 403),
    ] {
        let request = page(&format!("{path}?__clerk_handshake={brought}"));
        let answer = server.answer(request.cookie("__client_uat=1")).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.all("set-cookie"), directives, "{path}");
    }
    let answer = server.answer(get_request("/fails/open")).await;
    let reason = answer.header("x-clerk-auth-reason");
    assert_eq!(reason, Some("session-token-and-uat-missing"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejection_is_an_error_of_its_type() {
    let seen = Seen::default();
    let server = serve(&seen);
    let token = member().mint();
    for path in ["/admin", "/group/open", "/group/no-such-page"] {
        let answer = server.answer(get_request(path)).await;
        assert_eq!(answer.status, 401, "{path}");
        // Outer middleware treats it like any other response.
        assert_eq!(answer.header("x-own"), Some("yes"), "{path}");
        let error = seen.lock().unwrap().pop();
        assert_eq!(error.as_deref(), Some("unauthenticated"), "{path}");
        let answer = server.answer(get_request(path).bearer(&token)).await;
        assert_eq!(answer.status, 403, "{path}");
        let error = seen.lock().unwrap().pop();
        assert_eq!(error.as_deref(), Some("org:admin"), "{path}");
    }
    // It becomes a response when it is returned as an error.
    let error = Error::from(Rejection::from(FailedCheck::Role("admin".to_owned())));
    let rejection = error.as_error::<Rejection>().unwrap();
    assert_eq!(rejection.kind(), RejectionKind::Forbidden);
    assert_eq!(error.error_response().status(), StatusCode::FORBIDDEN);
}
