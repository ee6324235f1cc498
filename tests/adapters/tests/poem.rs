//! poem.

use adapters::application::{
    Admin, Application, BothScopes, EitherScope, Fresh, FreshAdmin, Invoices, ORIGIN, OWN_COOKIES,
    PUBLIC, SECRET, Writers, said, said_of,
};
use adapters::{Framework, Running, clerk, wire};
use clerk_auth::poem::{AuthMiddleware, Optional, OptionalAuth, Require};
use clerk_auth::{Auth, Authenticator, Check, MachineAuth, SessionAuth, testing};
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::middleware::Cors;
use poem::web::{Json, Path};
use poem::{Body, Endpoint, EndpointExt, IntoResponse, Response, Route, Server, get, handler};
use serde_json::Value;

#[path = "poem/errors.rs"]
mod errors;
#[path = "poem/paths.rs"]
mod paths;

struct Poem;

impl Framework for Poem {
    async fn start(application: Application) -> Running {
        let mut middleware = AuthMiddleware::new(application.authenticator);
        // It responds like the outer middleware.
        let admins_only = middleware.clone().require(Check::role("org:admin"));
        if let Some(respond) = application.respond {
            middleware = middleware.respond_with(respond);
        }
        let team = Route::new()
            .at("/secret", get(secret))
            .at("/members/:id", get(secret))
            .with(admins_only);
        let cors = Cors::new()
            .allow_origin(ORIGIN)
            .allow_method("GET")
            .allow_header("authorization");
        let route = Route::new()
            .at("/public", get(public))
            .at("/maybe", get(maybe))
            .at("/option", get(option))
            .at("/optional", get(optional))
            .at("/optional/session", get(optional_session))
            .at("/me", get(me).post(echo))
            .at("/session", get(session))
            .at("/machine", get(machine))
            .at("/admin/:id", get(admins))
            .at("/invoices", get(invoices))
            .at("/write", get(writers))
            .at("/both", get(both))
            .at("/either", get(either))
            .at("/fresh", get(fresh))
            .at("/fresh/admin", get(fresh_admin))
            .at("/cookies", get(cookies))
            .nest("/team", team)
            .with(middleware)
            .with(cors);
        serve(route).await
    }

    const NESTED: &'static [&'static str] = &[
        "/nest/orgs/acme",
        "/nest/in/nest/orgs/acme",
        "/nest/whole/orgs/acme",
        "/nest/rest/orgs/acme",
        "/nest/endpoint/orgs/acme",
    ];

    async fn start_nested(authenticator: Authenticator) -> Running {
        let middleware = AuthMiddleware::new(authenticator);
        let orgs = || Route::new().at("/orgs/:slug", get(public));
        let layered = || orgs().with(middleware.clone());
        let whole = Route::new().at("/nest/whole/orgs/:slug", get(public));
        let endpoint = Route::new().at("/orgs/:slug", get(public).with(middleware.clone()));
        let route = Route::new()
            .nest("/nest/in", Route::new().nest("/nest", layered()))
            .nest_no_strip("/nest/whole", whole.with(middleware.clone()))
            .at("/nest/rest/*rest", get(public).with(middleware.clone()))
            .nest("/nest/endpoint", endpoint)
            .nest("/nest", layered());
        serve(route).await
    }
}

adapters::behaves!(Poem);

async fn serve(endpoint: impl Endpoint + 'static) -> Running {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await;
    let acceptor = acceptor.unwrap();
    let address = acceptor.local_addr()[0].as_socket_addr().copied();
    tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
    Running {
        address: address.unwrap(),
        // It stops with the runtime of the test.
        stop: Box::new(()),
    }
}

/// As in a test of an application's handlers: without a middleware, the test inserts the authentication.
#[tokio::test]
async fn a_test_may_insert_the_authentication() {
    let route = || {
        Route::new()
            .at("/me", get(me))
            .at("/admin/:id", get(admins))
    };
    for (auth, path, status) in [
        (testing::signed_in("user_1"), "/me", 200),
        (testing::signed_in("user_1"), "/admin/7", 403),
        (clerk::admin().auth(), "/admin/7", 200),
        (testing::signed_out(), "/me", 401),
    ] {
        let server = serve(route().data(auth)).await;
        let answer = server.answer(wire::get(path)).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
    // Without either, the service is misconfigured.
    let answer = serve(route()).await.answer(wire::get("/me")).await;
    assert_eq!(answer.status, 500, "{}", answer.text());
}

#[handler]
fn public() -> &'static str {
    PUBLIC
}

#[handler]
fn secret() -> &'static str {
    SECRET
}

#[handler]
fn maybe(OptionalAuth(auth): OptionalAuth) -> Json<Value> {
    Json(said(&auth))
}

#[handler]
fn option(auth: Option<Auth>) -> Json<Value> {
    Json(said(&auth.unwrap_or_else(testing::signed_out)))
}

#[handler]
fn optional(Optional(auth): Optional<Auth>) -> Json<Value> {
    Json(said(&auth.unwrap_or_else(testing::signed_out)))
}

#[handler]
fn optional_session(found: Optional<SessionAuth>) -> Json<Value> {
    let auth = found.0.map_or_else(testing::signed_out, Auth::Session);
    Json(said(&auth))
}

#[handler]
fn me(auth: Auth) -> Json<Value> {
    Json(said(&auth))
}

#[handler]
fn echo(_: Auth, body: Body) -> Body {
    body
}

#[handler]
fn session(session: SessionAuth) -> Json<Value> {
    Json(said(&Auth::Session(session)))
}

#[handler]
fn machine(machine: MachineAuth) -> Json<Value> {
    Json(said(&Auth::Machine(machine)))
}

#[handler]
fn admins(admin: Require<Admin>, Path(id): Path<String>) -> Json<Value> {
    Json(said_of(&admin.auth, &id))
}

#[handler]
fn invoices(member: Require<Invoices>) -> Json<Value> {
    Json(said(&member.auth))
}

#[handler]
fn writers(writer: Require<Writers>) -> Json<Value> {
    Json(said(&writer.auth))
}

#[handler]
fn both(required: Require<BothScopes>) -> Json<Value> {
    Json(said(&required.auth))
}

#[handler]
fn either(required: Require<EitherScope>) -> Json<Value> {
    Json(said(&required.auth))
}

#[handler]
fn fresh(required: Require<Fresh>) -> Json<Value> {
    Json(said(&required.auth))
}

#[handler]
fn fresh_admin(required: Require<FreshAdmin>) -> Json<Value> {
    Json(said(&required.auth))
}

#[handler]
fn cookies(OptionalAuth(auth): OptionalAuth) -> Response {
    let mut response = Json(said(&auth)).into_response();
    for cookie in OWN_COOKIES {
        let cookie = cookie.parse().unwrap();
        response.headers_mut().append("set-cookie", cookie);
    }
    response
}
