//! Servers that terminate TLS themselves. They know the scheme of a request, so browsers come back to the
//! right URL without an option.
//!
//! rocket is not among them: its feature `tls` brings a version of rustls-webpki with open advisories.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};

use adapters::clerk::{user, without_origin};
use adapters::wire::{page, send_over};
use bytes::Bytes;
use clerk_auth::{Authenticator, actix_web::AuthMiddleware};
use http::Version;
use http_body_util::Empty;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
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

    /// A connection for this version of HTTP, which the server has to agree to.
    async fn connect(&self, server: SocketAddr, version: Version) -> TlsStream<TcpStream> {
        let protocol: &[u8] = match version {
            Version::HTTP_2 => b"h2",
            _ => b"http/1.1",
        };
        let mut roots = RootCertStore::empty();
        roots.add(self.0.cert.der().clone()).expect("a root");
        let config = ClientConfig::builder().with_root_certificates(roots);
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        let connector = TlsConnector::from(Arc::new(config));
        let stream = TcpStream::connect(server).await.expect("a server");
        let name = ServerName::try_from(HOST).expect("a name");
        let stream = connector.connect(name, stream).await.expect("TLS");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol));
        stream
    }

    /// The status and the location of the response to a page load.
    async fn page(
        &self,
        server: SocketAddr,
        version: Version,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (u16, Option<String>) {
        let stream = self.connect(server, version).await;
        if version != Version::HTTP_2 {
            let request = headers.iter().fold(page(path), |request, (name, value)| {
                request.header(name, value)
            });
            let answer = send_over(stream, &request).await;
            return (answer.status, answer.header("location").map(str::to_owned));
        }
        let stream = TokioIo::new(stream);
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
            .await
            .expect("HTTP/2");
        let connection = tokio::spawn(connection);
        let mut request = http::Request::get(format!("https://{HOST}{path}"));
        request = request.header("sec-fetch-dest", "document");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Empty::<Bytes>::new()).expect("a request");
        let response = sender.send_request(request).await.expect("a response");
        connection.abort();
        let location = response.headers().get("location");
        let location = location.and_then(|value| value.to_str().ok());
        (response.status().as_u16(), location.map(str::to_owned))
    }
}

fn authenticator() -> Authenticator {
    without_origin().build().expect("good options")
}

/// Checks the responses to browsers that request `/page`, which requires a session.
async fn knows_the_scheme(tls: &Tls, server: SocketAddr) {
    let session = format!("__session={}", user().mint());
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let cookie = ("cookie", "__client_uat=1");
        let answer = tls.page(server, version, "/page?y=1", &[cookie]).await;
        let location = answer.1.unwrap_or_default();
        let back = "?redirect_url=https%3A%2F%2Fapp.example.com%2Fpage%3Fy%3D1&";
        assert!(location.contains(back), "{version:?}: {location}");

        for (referrer, status) in [
            ("https://app.example.com/", 200),
            // Certainly another origin, which a guessed scheme could not determine.
            ("http://app.example.com/", 307),
        ] {
            let session = ("cookie", session.as_str());
            let headers = [session, cookie, ("referer", referrer)];
            let answer = tls.page(server, version, "/page", &headers).await;
            assert_eq!(answer.0, status, "{version:?}: {referrer}");
        }
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
