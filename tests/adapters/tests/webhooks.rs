//! Webhooks, as handlers of each framework receive them.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::mpsc;

use adapters::Running;
use adapters::wire::{self, Answer};
use clerk_auth::testing::WebhookSigner;
use clerk_auth::webhook::{Event, EventData, MAX_BODY, VerifiedEvent, WebhookVerifier};

/// A server with a webhook handler at `/webhooks`.
trait Receiver {
    /// Whether rejections get the framework's own page.
    const HAS_PAGES: bool = false;
    /// Whether a handler without a verifier compiles.
    const MAY_LACK_VERIFIER: bool = true;

    fn start(verifier: Option<WebhookVerifier>) -> impl Future<Output = Running> + Send;
}

/// The response of the handlers.
fn said(event: &Event) -> String {
    let id = event.message_id.as_deref().unwrap_or("no id");
    match &event.data {
        EventData::UserDeleted(user) => format!("{id}: {:?} went", user.id),
        EventData::Unknown(json) => format!("{id}: {json} {:?}", event.data_error()),
        _ => format!("{id}: something else"),
    }
}

const EVENT: &[u8] = br#"{"object":"event","type":"user.deleted","timestamp":1716883200000,
    "instance_id":"ins_1","data":{"object":"user","id":"user_1","deleted":true}}"#;

/// Sends a webhook with the headers for one body, and another body.
async fn post<R: Receiver>(
    signed: &[u8],
    body: impl FnOnce(wire::Request) -> wire::Request,
) -> Answer {
    let signer = WebhookSigner::new();
    let server = R::start(Some(signer.verifier())).await;
    let mut request = wire::request("POST", "/webhooks");
    for (name, value) in &signer.headers_of("msg_1", signed) {
        request = request.header(name.as_str(), value);
    }
    server.answer(body(request)).await
}

async fn a_verified_webhook_reaches_its_handler<R: Receiver>() {
    let answer = post::<R>(EVENT, |request| request.body(EVENT)).await;
    assert_eq!(
        (answer.status, answer.text()),
        (200, "msg_1: Some(\"user_1\") went")
    );
    // More than frameworks read by default.
    let padded = [EVENT, &vec![b' '; MAX_BODY - EVENT.len()]].concat();
    let answer = post::<R>(&padded, |request| request.body(&padded)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn unexpected_data_reaches_the_handler_too<R: Receiver>() {
    let odd = br#"{"type":"user.updated","data":{"object":"user","id":"user_1","banned":"no"}}"#;
    let answer = post::<R>(odd, |request| request.body(odd)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("$.banned"), "{}", answer.text());
}

async fn an_unverified_webhook_is_rejected<R: Receiver>() {
    let changed = String::from_utf8_lossy(EVENT).replace("user_1", "user_2");
    let answer = post::<R>(EVENT, |request| request.body(changed)).await;
    rejected::<R>(&answer, 400, "Unable to verify incoming webhook");
    let server = R::start(Some(WebhookSigner::new().verifier())).await;
    let request = wire::request("POST", "/webhooks").body(EVENT);
    rejected::<R>(
        &server.answer(request).await,
        400,
        "svix-id, svix-timestamp",
    );
}

async fn a_verified_body_that_is_not_an_event_is_reported_as_such<R: Receiver>() {
    let answer = post::<R>(b"[]", |request| request.body(b"[]")).await;
    rejected::<R>(&answer, 400, "not an event");
    assert!(
        !answer.text().contains("Unable to verify"),
        "{}",
        answer.text()
    );
}

async fn too_large_is_distinguished_from_incomplete<R: Receiver>() {
    let large = vec![b' '; MAX_BODY + 1];
    let answer = post::<R>(&large, |request| request.body(&large)).await;
    rejected::<R>(&answer, 413, "more than 1048576 bytes");
    let answer = post::<R>(EVENT, |request| {
        request.chunked("5\r\n{\"obj\r\nno size\r\n")
    })
    .await;
    rejected::<R>(&answer, 400, "is incomplete");
}

async fn a_handler_without_a_verifier_is_a_500<R: Receiver>() {
    if R::MAY_LACK_VERIFIER {
        let server = R::start(None).await;
        let request = wire::request("POST", "/webhooks").body(EVENT);
        rejected::<R>(
            &server.answer(request).await,
            500,
            "without a WebhookVerifier",
        );
    }
}

fn rejected<R: Receiver>(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    if !R::HAS_PAGES {
        let error = &answer.json()["errors"][0];
        assert_eq!(error["code"], "webhook_rejected");
        let said = error["message"].as_str().unwrap_or_default();
        assert!(said.contains(message), "{said}");
    }
}

macro_rules! receives {
    ($module:ident, $receiver:ty: $($behaviour:ident),+ $(,)?) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    super::$behaviour::<$receiver>().await;
                }
            )+
        }
    };
    ($($module:ident, $receiver:ty;)+) => {$(
        receives! { $module, $receiver:
            a_verified_webhook_reaches_its_handler,
            unexpected_data_reaches_the_handler_too,
            an_unverified_webhook_is_rejected,
            a_verified_body_that_is_not_an_event_is_reported_as_such,
            too_large_is_distinguished_from_incomplete,
            a_handler_without_a_verifier_is_a_500,
        }
    )+};
}

receives! {
    in_axum, super::Axum;
    in_actix_web, super::Actix;
    in_poem, super::Poem;
    in_rocket, super::Rocket;
}

struct Axum;

impl Receiver for Axum {
    // The type of the state guarantees one.
    const MAY_LACK_VERIFIER: bool = false;

    async fn start(verifier: Option<WebhookVerifier>) -> Running {
        let handler = async |VerifiedEvent(event): VerifiedEvent| said(&event);
        let router = axum::Router::new()
            .route("/webhooks", axum::routing::post(handler))
            .with_state(verifier.expect("a verifier"));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Running {
            address,
            stop: Box::new(()),
        }
    }
}

struct Actix;

/// Stops the server.
struct StopActix(actix_web::dev::ServerHandle);

impl Drop for StopActix {
    fn drop(&mut self) {
        // The command is sent at once; the future only waits for its end.
        drop(self.0.stop(false));
    }
}

impl Receiver for Actix {
    async fn start(verifier: Option<WebhookVerifier>) -> Running {
        async fn receive(VerifiedEvent(event): VerifiedEvent) -> String {
            said(&event)
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, receiver) = mpsc::channel();
        // actix-web has its own runtime, so it gets its own thread.
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = actix_web::HttpServer::new(move || {
                    let app = actix_web::App::new()
                        .route("/webhooks", actix_web::web::post().to(receive));
                    match &verifier {
                        Some(verifier) => app.app_data(actix_web::web::Data::new(verifier.clone())),
                        None => app,
                    }
                });
                let server = server.workers(1).disable_signals();
                let server = server.listen(listener).unwrap().run();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = tokio::task::spawn_blocking(move || receiver.recv().unwrap());
        Running {
            address,
            stop: Box::new(StopActix(handle.await.unwrap())),
        }
    }
}

struct Poem;

impl Receiver for Poem {
    async fn start(verifier: Option<WebhookVerifier>) -> Running {
        use poem::EndpointExt;
        use poem::listener::{Acceptor, Listener};

        #[poem::handler]
        fn receive(event: VerifiedEvent) -> String {
            said(&event.0)
        }
        let listener = poem::listener::TcpListener::bind("127.0.0.1:0");
        let acceptor = listener.into_acceptor().await.unwrap();
        let address = acceptor.local_addr()[0].as_socket_addr().copied();
        let route = poem::Route::new().at("/webhooks", poem::post(receive));
        let endpoint = match verifier {
            Some(verifier) => route.data(verifier).boxed(),
            None => route.boxed(),
        };
        tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(endpoint));
        Running {
            address: address.unwrap(),
            stop: Box::new(()),
        }
    }
}

struct Rocket;

struct StopRocket(rocket::Shutdown);

impl Drop for StopRocket {
    fn drop(&mut self) {
        self.0.clone().notify();
    }
}

#[rocket::post("/webhooks", data = "<event>")]
fn receive(event: VerifiedEvent) -> String {
    said(&event.0)
}

impl Receiver for Rocket {
    const HAS_PAGES: bool = true;

    async fn start(verifier: Option<WebhookVerifier>) -> Running {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let config = rocket::Config {
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            log_level: rocket::config::LogLevel::Off,
            shutdown: rocket::config::Shutdown {
                ctrlc: false,
                grace: 0,
                mercy: 0,
                ..rocket::config::Shutdown::default()
            },
            ..rocket::Config::debug_default()
        };
        let rocket = rocket::custom(config)
            .attach(rocket::fairing::AdHoc::on_liftoff("address", |rocket| {
                let config = rocket.config();
                let address = SocketAddr::new(config.address, config.port);
                let _ = sender.send((address, rocket.shutdown()));
                Box::pin(async {})
            }))
            .mount("/", rocket::routes![receive]);
        let rocket = match verifier {
            Some(verifier) => rocket.manage(verifier),
            None => rocket,
        };
        tokio::spawn(rocket.launch());
        let (address, shutdown) = receiver.await.unwrap();
        Running {
            address,
            stop: Box::new(StopRocket(shutdown)),
        }
    }
}
