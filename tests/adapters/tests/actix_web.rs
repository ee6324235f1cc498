//! actix-web, with several workers.

use std::net::TcpListener;
use std::sync::mpsc;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::{Json, Path, Payload, get, post, resource, scope};
use actix_web::{App, HttpMessage, HttpResponse, HttpServer, rt, test as actix_test};
use adapters::application::{
    Admin, Application, BothScopes, EitherScope, Fresh, FreshAdmin, Invoices, ORIGIN, OWN_COOKIES,
    PUBLIC, SECRET, Writers, said, said_of,
};
use adapters::{Framework, Running, clerk};
use clerk_auth::actix_web::{AuthMiddleware, Optional, OptionalAuth, Require};
use clerk_auth::adapter::Required;
use clerk_auth::{Auth, Authenticator, Check, MachineAuth, SessionAuth, testing};
use serde_json::Value;

#[path = "actix_web/errors.rs"]
mod errors;
#[path = "actix_web/paths.rs"]
mod paths;

struct Actix;

impl Framework for Actix {
    async fn start(application: Application) -> Running {
        let mut middleware = AuthMiddleware::new(application.authenticator);
        if let Some(respond) = application.respond {
            middleware = middleware.respond_with(respond);
        }
        serve(middleware, self::application)
    }

    const NESTED: &'static [&'static str] = &[
        "/scope/orgs/acme",
        "/scope/in/scope/orgs/acme",
        "/scope/at/7/orgs/acme",
        "/scope/resource/orgs/acme",
        "/scope/default/orgs/acme",
    ];

    async fn start_nested(authenticator: Authenticator) -> Running {
        serve(AuthMiddleware::new(authenticator), nested)
    }
}

adapters::behaves!(Actix);

/// As in a test of an application's handlers: without a middleware, the test inserts the authentication.
#[test]
fn a_test_may_insert_the_authentication() {
    rt::System::new().block_on(said_by_a_test());
}

async fn said_by_a_test() {
    let app = App::new()
        .route("/me", get().to(me))
        .route("/admin/{id}", get().to(admins));
    let app = actix_test::init_service(app).await;
    for (auth, path, status) in [
        (Some(testing::signed_in("user_1")), "/me", 200),
        (Some(testing::signed_in("user_1")), "/admin/7", 403),
        (Some(clerk::admin().auth()), "/admin/7", 200),
        (Some(testing::signed_out()), "/me", 401),
        // Without either, the service is misconfigured.
        (None, "/me", 500),
    ] {
        let request = actix_test::TestRequest::with_uri(path).to_request();
        if let Some(auth) = auth {
            request.extensions_mut().insert(auth);
        }
        let response = actix_test::call_service(&app, request).await;
        assert_eq!(response.status().as_u16(), status, "{path}");
    }
}

/// Stops the server.
struct Stop(ServerHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        // The command is sent at once; the future only waits for its end.
        drop(self.0.stop(false));
    }
}

/// actix-web has its own runtime, so it gets its own thread.
fn serve<F, B>(middleware: AuthMiddleware, application: fn(&AuthMiddleware) -> App<F>) -> Running
where
    F: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || application(&middleware));
            let server = server.workers(2).disable_signals();
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

fn application(
    middleware: &AuthMiddleware,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let team = scope("/team")
        .wrap(middleware.clone().require(Check::role("org:admin")))
        .route("/secret", get().to(async || SECRET))
        .route("/members/{id}", get().to(async |_: Path<String>| SECRET));
    let cors = Cors::default()
        .allowed_origin(ORIGIN)
        .allowed_methods(["GET"])
        .allowed_header("authorization");
    App::new()
        .route("/public", get().to(async || PUBLIC))
        .route("/maybe", get().to(maybe))
        .route("/option", get().to(option))
        .route("/optional", get().to(optional))
        .route("/optional/session", get().to(optional_session))
        .route("/me", get().to(me))
        .route("/me", post().to(echo))
        .route("/session", get().to(session))
        .route("/machine", get().to(machine))
        .route("/admin/{id}", get().to(admins))
        .route("/invoices", get().to(required::<Invoices>))
        .route("/write", get().to(required::<Writers>))
        .route("/both", get().to(required::<BothScopes>))
        .route("/either", get().to(required::<EitherScope>))
        .route("/fresh", get().to(required::<Fresh>))
        .route("/fresh/admin", get().to(required::<FreshAdmin>))
        .route("/cookies", get().to(cookies))
        .service(team)
        .wrap(middleware.clone())
        .wrap(cors)
}

fn nested(
    middleware: &AuthMiddleware,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let yes = || get().to(async || "yes");
    let orgs = |path: &str| scope(path).wrap(middleware.clone());
    let orgs = |path: &str| orgs(path).route("/orgs/{slug}", yes());
    let wrapped = resource("/orgs/{slug}").wrap(middleware.clone());
    let default = scope("/scope/default").wrap(middleware.clone());
    App::new()
        .service(scope("/scope/in").service(orgs("/scope")))
        .service(orgs("/scope/at/{id}"))
        .service(scope("/scope/resource").service(wrapped.route(yes())))
        .service(default.default_service(yes()))
        .service(orgs("/scope"))
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

async fn echo(_: Auth, body: Payload) -> HttpResponse {
    HttpResponse::Ok().streaming(body)
}

async fn session(session: SessionAuth) -> Json<Value> {
    Json(said(&Auth::Session(session)))
}

async fn machine(machine: MachineAuth) -> Json<Value> {
    Json(said(&Auth::Machine(machine)))
}

async fn admins(admin: Require<Admin>, id: Path<String>) -> Json<Value> {
    Json(said_of(&admin.auth, &id))
}

async fn required<R: Required>(required: Require<R>) -> Json<Value> {
    Json(said(&required.auth))
}

async fn cookies(OptionalAuth(auth): OptionalAuth) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for cookie in OWN_COOKIES {
        response.append_header(("set-cookie", cookie));
    }
    response.json(said(&auth))
}
