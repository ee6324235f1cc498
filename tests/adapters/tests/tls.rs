//! Servers that terminate TLS themselves. The scheme of a request is known there, so browsers come back to the
//! right address without an option that says so.
//!
//! rocket is not among them: its feature `tls` brings a version of rustls-webpki with open advisories.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};

use adapters::clerk::{cookies, user, without_origin};
use adapters::wire::{Answer, Request, page, send_over};
use clerk_auth::{Authenticator, actix_web::AuthMiddleware};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

const HOST: &str = "app.example.com";

/// A certificate for the host, which its clients trust.
struct Tls(CertifiedKey<KeyPair>);

impl Tls {
    fn new() -> Self {
        let certified = generate_simple_self_signed([HOST.to_owned()]);
        Self(certified.expect("a certificate"))
    }

    fn certificate(&self) -> String {
        self.0.cert.pem()
    }

    fn key(&self) -> String {
        self.0.signing_key.serialize_pem()
    }

    fn server(&self) -> ServerConfig {
        let key = PrivateKeyDer::try_from(self.0.signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![self.0.cert.der().clone()], key);
        config.expect("they belong together")
    }

    async fn answer(&self, server: SocketAddr, request: Request) -> Answer {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.cert.der().clone()).expect("a root");
        let config = ClientConfig::builder().with_root_certificates(roots);
        let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
        let stream = TcpStream::connect(server).await.expect("a server");
        let name = ServerName::try_from(HOST).expect("a name");
        let stream = connector.connect(name, stream).await.expect("TLS");
        send_over(stream, &request).await
    }
}

fn authenticator() -> Authenticator {
    without_origin().build().expect("good options")
}

/// What comes of browsers that ask for `/page`, which needs a session.
async fn knows_the_scheme(tls: &Tls, server: SocketAddr) {
    let request = page("/page?y=1").cookie("__client_uat=1");
    let answer = tls.answer(server, request).await;
    assert_eq!(answer.status, 307, "{}", answer.text());
    let location = answer.header("location").expect("a location");
    let back = "?redirect_url=https%3A%2F%2Fapp.example.com%2Fpage%3Fy%3D1&";
    assert!(location.contains(back), "{location}");

    let signed_in = cookies(&user().mint());
    for (referrer, status) in [
        ("https://app.example.com/", 200),
        // Another origin for certain, which a scheme that is only a guess could not decide.
        ("http://app.example.com/", 307),
    ] {
        let request = page("/page").cookie(&signed_in).header("referer", referrer);
        let answer = tls.answer(server, request).await;
        assert_eq!(answer.status, status, "{referrer}: {}", answer.text());
    }
}

#[tokio::test]
async fn actix_web() {
    let tls = Tls::new();
    let config = tls.server();
    let middleware = AuthMiddleware::new(authenticator());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = actix_web::HttpServer::new(move || {
                let page = || async { "page" };
                actix_web::App::new()
                    .wrap(middleware.clone())
                    .route("/page", actix_web::web::get().to(page))
            });
            let server = server.workers(1).disable_signals();
            let server = server.bind_rustls_0_23((Ipv4Addr::LOCALHOST, 0), config);
            let server = server.expect("a port");
            let address = server.addrs()[0];
            let server = server.run();
            sender.send((address, server.handle())).expect("a test");
            server.await.expect("it stops in peace");
        });
    });
    let (address, handle) = receiver.recv().expect("a server");
    knows_the_scheme(&tls, address).await;
    handle.stop(false).await;
}

#[tokio::test]
async fn poem() {
    use poem::listener::{Acceptor, Listener, RustlsCertificate, RustlsConfig, TcpListener};
    use poem::{EndpointExt, Route, Server, get, handler};

    #[handler]
    fn page(_: clerk_auth::SessionAuth) -> &'static str {
        "page"
    }

    let tls = Tls::new();
    let certificate = RustlsCertificate::new().cert(tls.certificate());
    let config = RustlsConfig::new().fallback(certificate.key(tls.key()));
    let listener = TcpListener::bind("127.0.0.1:0").rustls(config);
    let acceptor = listener.into_acceptor().await.expect("a port");
    let address = acceptor.local_addr()[0].as_socket_addr().copied();
    let middleware = clerk_auth::poem::AuthMiddleware::new(authenticator());
    let route = Route::new().at("/page", get(page)).with(middleware);
    let server = tokio::spawn(Server::new_with_acceptor(acceptor).run(route));
    knows_the_scheme(&tls, address.expect("an address")).await;
    server.abort();
}
