//! axum.

use adapters::application::{
    Admin, Application, BothScopes, EitherScope, Fresh, FreshAdmin, Invoices, ORIGIN, OWN_COOKIES,
    PUBLIC, SECRET, Writers, said, said_of,
};
use adapters::wire;
use adapters::{Framework, Running, clerk};
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{AUTHORIZATION, SET_COOKIE};
use axum::http::{HeaderValue, Method};
use axum::response::AppendHeaders;
use axum::routing::get;
use axum::{Extension, Json, Router};
use clerk_auth::adapter::Required;
use clerk_auth::axum::{AuthLayer, Optional, OptionalAuth, Require};
use clerk_auth::testing;
use clerk_auth::{Auth, Authenticator, MachineAuth, SessionAuth};
use serde_json::Value;
use tower::Layer;
use tower_http::cors::CorsLayer;

#[path = "axum/paths.rs"]
mod paths;
#[path = "axum/upgrades.rs"]
mod upgrades;

struct Axum;

impl Framework for Axum {
    async fn start(application: Application) -> Running {
        serve(router(application)).await
    }

    const NESTED: &'static [&'static str] = &[
        "/nest/x/orgs/acme",
        "/nest/in/nest/orgs/acme",
        "/nest/at/7/orgs/acme",
        "/nest/route/layer/orgs/acme",
        "/nest/method/orgs/acme",
        "/nest/merged/orgs/acme",
        "/nest/fallback/orgs/acme",
        "/nest/service/orgs/acme",
        "/nest/router/orgs/acme",
        "/route/service/orgs/acme",
        "/fallback/orgs/acme",
    ];

    async fn start_nested(authenticator: Authenticator) -> Running {
        serve(nested(&AuthLayer::new(authenticator))).await
    }
}

fn nested(layer: &AuthLayer) -> Router {
    let yes = || get(async || "yes");
    let service = || layer.layer(yes());
    let orgs = || Router::new().route("/orgs/{slug}", yes());
    let layered = || orgs().layer(layer.clone());
    let x = Router::new().route("/x/orgs/{slug}", yes());
    Router::new()
        .nest("/nest", x.layer(layer.clone()))
        .nest("/nest/in", Router::new().nest("/nest", layered()))
        .nest("/nest/at/{id}", layered())
        .nest("/nest/route/layer", orgs().route_layer(layer.clone()))
        .nest(
            "/nest/method",
            Router::new().route("/orgs/{slug}", yes().layer(layer.clone())),
        )
        .nest("/nest/merged", Router::new().merge(layered()))
        .nest(
            "/nest/fallback",
            Router::new().fallback(async || "yes").layer(layer.clone()),
        )
        .nest_service("/nest/service", service())
        .nest_service("/nest/router", layer.layer(orgs()))
        .route_service("/route/service/{*rest}", service())
        .fallback_service(service())
}

adapters::behaves!(Axum);

async fn serve(router: Router) -> Running {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Running {
        address,
        // It stops with the runtime of the test.
        stop: Box::new(()),
    }
}

fn router(application: Application) -> Router {
    let mut layer = AuthLayer::new(application.authenticator);
    // It responds like the outer layer.
    let team_layer = layer.clone().require(clerk_auth::Check::role("org:admin"));
    if let Some(respond) = application.respond {
        layer = layer.respond_with(respond);
    }
    let team = Router::new()
        .route("/secret", get(async || SECRET))
        .route("/members/{id}", get(async |_: Path<String>| SECRET))
        .route_layer(team_layer);
    let cors = CorsLayer::new()
        .allow_origin(ORIGIN.parse::<HeaderValue>().unwrap())
        .allow_methods([Method::GET])
        .allow_headers([AUTHORIZATION]);
    Router::new()
        .route("/public", get(async || PUBLIC))
        .route("/maybe", get(maybe))
        .route("/option", get(option))
        .route("/optional", get(optional))
        .route("/optional/session", get(optional_session))
        .route("/me", get(me).post(echo))
        .route("/session", get(session))
        .route("/machine", get(machine))
        .route("/admin/{id}", get(admins))
        .route("/invoices", get(required::<Invoices>))
        .route("/write", get(required::<Writers>))
        .route("/both", get(required::<BothScopes>))
        .route("/either", get(required::<EitherScope>))
        .route("/fresh", get(required::<Fresh>))
        .route("/fresh/admin", get(required::<FreshAdmin>))
        .route("/cookies", get(cookies))
        .nest("/team", team)
        .layer(layer)
        .layer(cors)
}

async fn maybe(OptionalAuth(auth): OptionalAuth) -> Json<Value> {
    Json(said(&auth))
}

async fn option(auth: Option<Auth>) -> Json<Value> {
    Json(said(&auth.unwrap_or_else(testing::signed_out)))
}

async fn optional(Optional(auth): Optional<Auth>) -> Json<Value> {
    Json(said(&auth.unwrap_or_else(testing::signed_out)))
}

async fn optional_session(Optional(session): Optional<SessionAuth>) -> Json<Value> {
    let auth = session.map_or_else(testing::signed_out, Auth::Session);
    Json(said(&auth))
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

async fn required<R: Required>(required: Require<R>) -> Json<Value> {
    Json(said(&required.auth))
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

/// As in a test of an application's handlers: without a layer, the test inserts the authentication.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_may_insert_the_authentication() {
    let routes = || {
        let routes = Router::new()
            .route("/me", get(me))
            .route("/maybe", get(maybe));
        routes.route("/admin/{id}", get(admins))
    };
    for (auth, path, status) in [
        (testing::signed_in("user_1"), "/me", 200),
        (testing::signed_in("user_1"), "/admin/7", 403),
        (clerk::admin().auth(), "/admin/7", 200),
        (testing::signed_out(), "/me", 401),
        (testing::signed_out(), "/maybe", 200),
    ] {
        let server = serve(routes().layer(Extension(auth))).await;
        let answer = server.answer(wire::get(path)).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
    // Without either, the service is misconfigured.
    let server = serve(routes()).await;
    for path in ["/me", "/maybe", "/admin/7"] {
        let answer = server.answer(wire::get(path)).await;
        assert_eq!(answer.status, 500, "{path}: {}", answer.text());
    }
}
