//! axum.

use adapters::application::{
    Admin, Application, Invoices, ORIGIN, OWN_COOKIES, PUBLIC, SECRET, Writers, said, said_of,
};
use adapters::{Framework, Running};
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{AUTHORIZATION, SET_COOKIE};
use axum::http::{HeaderValue, Method};
use axum::response::AppendHeaders;
use axum::routing::get;
use axum::{Json, Router};
use clerk_auth::axum::{AuthLayer, OptionalAuth, Require};
use clerk_auth::{Auth, MachineAuth, SessionAuth};
use serde_json::Value;
use tower_http::cors::CorsLayer;

struct Axum;

impl Framework for Axum {
    async fn start(application: Application) -> Running {
        serve(router(application)).await
    }
}

adapters::behaves!(Axum);

async fn serve(router: Router) -> Running {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Running {
        address,
        // It ends with the runtime of the test.
        stop: Box::new(()),
    }
}

fn router(application: Application) -> Router {
    let mut layer = AuthLayer::new(application.authenticator);
    if let Some(respond) = application.respond {
        layer = layer.respond_with(respond);
    }
    let team = Router::new()
        .route("/secret", get(async || SECRET))
        .route("/members/{id}", get(async |_: Path<String>| SECRET))
        .route_layer(layer.clone().require(clerk_auth::Check::role("org:admin")));
    let cors = CorsLayer::new()
        .allow_origin(ORIGIN.parse::<HeaderValue>().unwrap())
        .allow_methods([Method::GET])
        .allow_headers([AUTHORIZATION]);
    Router::new()
        .route("/public", get(async || PUBLIC))
        .route("/maybe", get(maybe))
        .route("/option", get(option))
        .route("/me", get(me).post(echo))
        .route("/session", get(session))
        .route("/machine", get(machine))
        .route("/admin/{id}", get(admins))
        .route("/invoices", get(invoices))
        .route("/write", get(writers))
        .route("/cookies", get(cookies))
        .nest("/team", team)
        .layer(layer)
        .layer(cors)
}

async fn maybe(OptionalAuth(auth): OptionalAuth) -> Json<Value> {
    Json(said(&auth))
}

async fn option(auth: Option<Auth>) -> Json<Value> {
    Json(said(&auth.unwrap_or_else(clerk_auth::testing::signed_out)))
}

async fn me(auth: Auth) -> Json<Value> {
    Json(said(&auth))
}

async fn echo(_: Auth, body: Body) -> Body {
    body
}

async fn session(session: SessionAuth) -> Json<Value> {
    Json(said(&Auth::Session(session)))
}

async fn machine(machine: MachineAuth) -> Json<Value> {
    Json(said(&Auth::Machine(machine)))
}

async fn admins(admin: Require<Admin>, Path(id): Path<String>) -> Json<Value> {
    Json(said_of(&admin.auth, &id))
}

async fn invoices(member: Require<Invoices>) -> Json<Value> {
    Json(said(&member.auth))
}

async fn writers(machine: Require<Writers>) -> Json<Value> {
    Json(said(&machine.auth))
}

async fn cookies(
    OptionalAuth(auth): OptionalAuth,
) -> (
    AppendHeaders<[(axum::http::HeaderName, &'static str); 2]>,
    Json<Value>,
) {
    let own = OWN_COOKIES.map(|cookie| (SET_COOKIE, cookie));
    (AppendHeaders(own), Json(said(&auth)))
}
