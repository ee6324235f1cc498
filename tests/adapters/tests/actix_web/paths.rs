//! Which paths a middleware protects and which it leaves open, as documented in the adapter.

use std::net::TcpListener;
use std::sync::mpsc;

use actix_web::middleware::Condition;
use actix_web::web::{ServiceConfig, get, post, resource, scope, to};
use actix_web::{App, HttpServer, rt};
use adapters::Running;
use adapters::clerk::{authenticator, user};
use adapters::wire::{get as get_request, request};
use clerk_auth::actix_web::AuthMiddleware;
use clerk_auth::adapter::Requirement;

use super::Stop;

fn required() -> AuthMiddleware {
    AuthMiddleware::new(authenticator()).require(Requirement::session())
}

async fn page() -> &'static str {
    "page"
}

async fn fallback() -> &'static str {
    "fallback"
}

async fn panics() -> &'static str {
    panic!("a handler that panics")
}

/// An application with these services, with or without the middleware around all of it.
fn serve(everywhere: bool, services: fn(&mut ServiceConfig)) -> Running {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                // What is configured after `wrap` is wrapped too.
                App::new()
                    .wrap(Condition::new(everywhere, required()))
                    .configure(services)
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

/// The statuses of unauthenticated requests.
async fn statuses<const N: usize>(server: &Running, requests: [(&str, &str); N]) -> [u16; N] {
    let mut statuses = [0; N];
    for (status, (method, path)) in statuses.iter_mut().zip(requests) {
        *status = server.answer(request(method, path)).await.status;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_middleware_around_the_app_protects_everything() {
    let requests = [
        ("GET", "/page"),
        ("HEAD", "/page"),
        ("POST", "/page"),
        ("OPTIONS", "/page"),
        ("GET", "/no-such-page"),
        ("GET", "/"),
    ];
    let services: [fn(&mut ServiceConfig); 2] = [
        |services| {
            services.route("/page", get().to(page));
        },
        |services| {
            services.route("/page", get().to(page));
            services.default_service(to(fallback));
        },
    ];
    for services in services {
        let server = serve(true, services);
        assert_eq!(statuses(&server, requests).await, [401; 6]);
        let signed_in = get_request("/page").bearer(&user().mint());
        assert_eq!(server.answer(signed_in).await.text(), "page");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_protects_all_paths_under_it_and_nothing_beside_it() {
    let server = serve(false, |services| {
        let team = scope("/team").wrap(required());
        services.service(team.route("/page", get().to(page)));
        services.route("/public", get().to(page));
        services.default_service(to(fallback));
    });
    let requests = [
        ("GET", "/team/page"),
        ("POST", "/team/page"),
        // The default service of the app, behind the middleware of the scope.
        ("GET", "/team/no-such-page"),
        ("GET", "/team"),
        ("GET", "/team/"),
        ("GET", "/public"),
        ("GET", "/teams"),
    ];
    let open = statuses(&server, requests).await;
    assert_eq!(open, [401, 401, 401, 401, 401, 200, 200]);
    let signed_in = get_request("/team/no-such-page").bearer(&user().mint());
    assert_eq!(server.answer(signed_in).await.text(), "fallback");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_of_two_scopes_with_one_path_gets_all_requests() {
    let server = serve(false, |services| {
        services.service(scope("/team").route("/public", get().to(page)));
        let protected = scope("/team").wrap(required());
        services.service(protected.route("/page", get().to(page)));
    });
    // Not open, but not reachable either.
    let requests = [("GET", "/team/public"), ("GET", "/team/page")];
    assert_eq!(statuses(&server, requests).await, [200, 404]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_middleware_around_one_method_leaves_the_others_open() {
    let server = serve(false, |services| {
        let one = resource("/one").route(get().to(page).wrap(required()));
        services.service(one.route(post().to(page)));
        let all = resource("/all").wrap(required()).route(get().to(page));
        services.service(all.route(post().to(page)));
    });
    let methods = [("GET", "/one"), ("POST", "/one"), ("PUT", "/one")];
    assert_eq!(statuses(&server, methods).await, [401, 200, 405]);
    let methods = [("GET", "/all"), ("POST", "/all"), ("PUT", "/all")];
    assert_eq!(statuses(&server, methods).await, [401; 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_handler_affects_no_other_request() {
    let server = serve(true, |services| {
        services.route("/panics", get().to(panics));
        services.route("/page", get().to(page));
    });
    let token = user().mint();
    let (address, request) = (server.address, get_request("/panics").bearer(&token));
    let nothing = tokio::spawn(async move { adapters::wire::send(address, &request).await });
    assert!(nothing.await.is_err());
    let answer = server.answer(get_request("/page").bearer(&token)).await;
    assert_eq!((answer.status, answer.text()), (200, "page"));
}
