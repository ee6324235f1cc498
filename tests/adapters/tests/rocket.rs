//! rocket. It has no layers: each route has a guard with its requirement.

use std::net::{Ipv4Addr, SocketAddr};

use adapters::application::{
    self, Application, ORIGIN, OWN_COOKIES, PUBLIC, SECRET, said, said_of,
};
use adapters::wire::get as get_request;
use adapters::{Framework, Running, clerk};
use clerk_auth::adapter::Rejection;
use clerk_auth::rocket::{AuthFairing, Optional, OptionalAuth, Require};
use clerk_auth::{Auth, Authenticator, MachineAuth, SessionAuth, testing};
use rocket::data::{ByteUnit, Data};
use rocket::fairing::{AdHoc, Fairing, Info, Kind};
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::stream::ReaderStream;
use rocket::{Build, Config, Response, Shutdown, get, options, post, routes};
use tokio::sync::oneshot;

#[path = "rocket/fairings.rs"]
mod fairings;
#[path = "rocket/paths.rs"]
mod paths;

struct Rocket;

impl Framework for Rocket {
    const DROPS_OTHER_THAN_TEXT: bool = true;

    async fn start(application: Application) -> Running {
        let mut fairing = AuthFairing::new(application.authenticator);
        if let Some(respond) = application.respond {
            fairing = fairing.respond_with(respond);
        }
        let rocket = rocket::build()
            .attach(Cors)
            .attach(fairing)
            .mount(
                "/",
                routes![public, maybe, option, result, me, echo, session, machine],
            )
            .mount("/", routes![admins, invoices, writers, cookies, preflight])
            .mount("/", routes![both, either, fresh, fresh_admin])
            .mount("/", routes![optional, optional_session])
            .mount("/team", routes![secret, members]);
        serve(rocket).await
    }

    const NESTED: &'static [&'static str] = &["/mount/orgs/acme", "/mount/in/mount/orgs/acme"];

    async fn start_nested(authenticator: Authenticator) -> Running {
        let rocket = rocket::build()
            .attach(AuthFairing::new(authenticator))
            .mount("/mount", routes![orgs])
            .mount("/mount/in/mount", routes![orgs]);
        serve(rocket).await
    }
}

async fn serve(rocket: rocket::Rocket<Build>) -> Running {
    let (sender, receiver) = oneshot::channel();
    let config = Config {
        address: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        log_level: rocket::config::LogLevel::Off,
        shutdown: rocket::config::Shutdown {
            ctrlc: false,
            grace: 0,
            mercy: 0,
            ..rocket::config::Shutdown::default()
        },
        ..Config::debug_default()
    };
    let rocket = rocket
        .configure(config)
        .attach(AdHoc::on_liftoff("address", |rocket| {
            let config = rocket.config();
            let address = SocketAddr::new(config.address, config.port);
            let _ = sender.send((address, rocket.shutdown()));
            Box::pin(async {})
        }));
    tokio::spawn(rocket.launch());
    let (address, shutdown) = receiver.await.unwrap();
    Running {
        address,
        stop: Box::new(Stop(shutdown)),
    }
}

adapters::behaves!(Rocket);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_may_respond_to_a_rejection_itself() {
    let server = clerk::serve::<Rocket>(clerk::authenticator()).await;
    let token = clerk::user().mint();
    let answer = server.answer(get_request("/result").bearer(&token)).await;
    assert_eq!((answer.status, answer.text()), (200, "user_1"));
    let answer = server
        .answer(get_request("/result").bearer("no.such.token"))
        .await;
    assert_eq!((answer.status, answer.text()), (200, "unauthenticated"));
    let reason = answer.header("x-clerk-auth-reason");
    assert_eq!(reason, Some("token-invalid"));
}

/// Stops the server.
struct Stop(Shutdown);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.clone().notify();
    }
}

/// CORS for an application in rocket, which has no support for it.
struct Cors;

#[rocket::async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info {
            name: "CORS",
            kind: Kind::Response,
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if request.headers().get_one("origin") == Some(ORIGIN) {
            response.set_header(Header::new("access-control-allow-origin", ORIGIN));
            response.set_header(Header::new("access-control-allow-headers", "authorization"));
        }
    }
}

#[options("/<_..>")]
fn preflight() -> Status {
    Status::NoContent
}

type Json = (ContentType, String);

fn json(said: serde_json::Value) -> Json {
    (ContentType::JSON, said.to_string())
}

#[get("/public")]
fn public() -> &'static str {
    PUBLIC
}

#[get("/orgs/<_slug>")]
fn orgs(_auth: OptionalAuth, _slug: &str) -> &'static str {
    "yes"
}

#[get("/secret")]
fn secret(_admin: Require<application::Admin>) -> &'static str {
    SECRET
}

#[get("/members/<_id>")]
fn members(_admin: Require<application::Admin>, _id: &str) -> &'static str {
    SECRET
}

#[get("/maybe")]
fn maybe(auth: OptionalAuth) -> Json {
    json(said(&auth.0))
}

#[get("/optional")]
fn optional(auth: Optional<Auth>) -> Json {
    json(said(&auth.0.unwrap_or_else(testing::signed_out)))
}

#[get("/optional/session")]
fn optional_session(session: Optional<SessionAuth>) -> Json {
    let auth = session.0.map_or_else(testing::signed_out, Auth::Session);
    json(said(&auth))
}

#[get("/option")]
fn option(auth: Option<Auth>) -> Json {
    json(said(&auth.unwrap_or_else(testing::signed_out)))
}

#[get("/me")]
fn me(auth: Auth) -> Json {
    json(said(&auth))
}

#[get("/result")]
fn result(auth: Result<Auth, Rejection>) -> String {
    match auth {
        Ok(auth) => auth.user_id().unwrap_or_default().to_owned(),
        Err(rejection) => rejection.code().to_owned(),
    }
}

#[post("/me", data = "<body>")]
fn echo(_auth: Auth, body: Data<'_>) -> ReaderStream![rocket::data::DataStream<'_>] {
    ReaderStream::one(body.open(ByteUnit::max_value()))
}

#[get("/session")]
fn session(session: SessionAuth) -> Json {
    json(said(&Auth::Session(session)))
}

#[get("/machine")]
fn machine(machine: MachineAuth) -> Json {
    json(said(&Auth::Machine(machine)))
}

#[get("/admin/<id>")]
fn admins(admin: Require<application::Admin>, id: &str) -> Json {
    json(said_of(&admin.auth, id))
}

#[get("/invoices")]
fn invoices(member: Require<application::Invoices>) -> Json {
    json(said(&member.auth))
}

#[get("/write")]
fn writers(machine: Require<application::Writers>) -> Json {
    json(said(&machine.auth))
}

#[get("/both")]
fn both(required: Require<application::BothScopes>) -> Json {
    json(said(&required.auth))
}

#[get("/either")]
fn either(required: Require<application::EitherScope>) -> Json {
    json(said(&required.auth))
}

#[get("/fresh")]
fn fresh(required: Require<application::Fresh>) -> Json {
    json(said(&required.auth))
}

#[get("/fresh/admin")]
fn fresh_admin(required: Require<application::FreshAdmin>) -> Json {
    json(said(&required.auth))
}

struct WithCookies(Json);

impl<'r> rocket::response::Responder<'r, 'static> for WithCookies {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = self.0.respond_to(request)?;
        for cookie in OWN_COOKIES {
            response.adjoin_raw_header("set-cookie", cookie);
        }
        Ok(response)
    }
}

#[get("/cookies")]
fn cookies(auth: OptionalAuth) -> WithCookies {
    WithCookies(json(said(&auth.0)))
}
