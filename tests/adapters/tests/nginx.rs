//! A real nginx with a service behind the tower layer as its authorization service (`auth_request`).
//!
//! If nginx is not installed, the test prints that and passes; if `CI` is set, it fails.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use adapters::clerk::{admin, authenticator, cookies, user};
use adapters::wire::{self, Request, get, request};
use axum::Router;
use axum::routing::any;
use bytes::Bytes;
use clerk_auth::axum::{AuthLayer, Require};
use http::{Method, StatusCode};
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// A page for admins.
const INSIDE: &str = "inside";
/// Locations authorized by the layer, and by an extractor behind it.
const PROTECTED: [&str; 2] = ["/by-layer", "/by-extractor"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nginx_accepts_what_the_layer_accepts() {
    let Some(nginx) = Nginx::start(serve().await) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "nginx is not installed, and CI must not skip this test; install nginx-light"
        );
        eprintln!("skipped: nginx is not installed");
        return;
    };
    let media_types = [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc;charset=utf-8",
        "application/json",
        "text/html",
    ];
    for path in PROTECTED {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            for media_type in media_types {
                let refused = request(method, path).header("content-type", media_type);
                assert_eq!(nginx.status(refused.clone()).await, 401, "{refused:?}");
                let other = refused.bearer(&user().mint());
                assert_eq!(nginx.status(other.clone()).await, 403, "{other:?}");
            }
            let admitted = request(method, path).bearer(&admin().mint());
            assert_eq!(nginx.status(admitted.clone()).await, 200, "{admitted:?}");
        }
        for (method, media_type) in [
            (Method::GET, "application/grpc"),
            (Method::POST, "application/grpc"),
            (Method::POST, "application/json"),
        ] {
            let status = nginx.status_over_http_2(&method, path, media_type).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {media_type}");
        }
        let page = get(path).cookie(&cookies(&admin().mint()));
        assert_eq!(wire::send(nginx.address, &page).await.text(), INSIDE);
    }
}

/// The authorization service, and the protected service.
async fn serve() -> SocketAddr {
    let layer = AuthLayer::new(authenticator());
    let by_layer = layer.clone().require(clerk_auth::Check::role("org:admin"));
    let extracting = any(async |_: Require<adapters::application::Admin>| "yes");
    let router = Router::new()
        .route("/auth/by-layer", any(async || "yes").layer(by_layer))
        .route("/auth/by-extractor", extracting.layer(layer))
        .route("/inside", any(async || INSIDE));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// An nginx with its own folder. It is killed on drop.
struct Nginx {
    process: Child,
    folder: PathBuf,
    address: SocketAddr,
    http_2: SocketAddr,
}

impl Nginx {
    /// Starts nginx in front of a service; `None` if it is not installed.
    fn start(service: SocketAddr) -> Option<Self> {
        let unique = format!("nginx-{}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        std::fs::create_dir_all(&folder).unwrap();
        // Another process may take a port that was free.
        for _ in 0..5 {
            let [address, http_2] = free_ports();
            let file = folder.join("nginx.conf");
            std::fs::write(&file, configuration(&folder, address, http_2, service)).unwrap();
            let mut nginx = Self {
                process: spawn(&folder, &file)?,
                folder: folder.clone(),
                address,
                http_2,
            };
            if nginx.listens() {
                return Some(nginx);
            }
        }
        let log = std::fs::read_to_string(folder.join("error.log"));
        panic!("nginx does not start: {log:?}");
    }

    /// Waits until it accepts connections or has ended, and returns which.
    fn listens(&mut self) -> bool {
        let patience = Instant::now() + Duration::from_secs(20);
        while Instant::now() < patience {
            if let Ok(Some(_)) = self.process.try_wait() {
                return false;
            }
            if std::net::TcpStream::connect(self.address).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    async fn status(&self, request: Request) -> u16 {
        wire::send(self.address, &request).await.status
    }

    async fn status_over_http_2(
        &self,
        method: &Method,
        path: &str,
        media_type: &str,
    ) -> StatusCode {
        let mut builder = Client::builder(TokioExecutor::new());
        let client = builder.http2_only(true).build_http::<Empty<Bytes>>();
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.http_2))
            .header("content-type", media_type)
            .body(Empty::new());
        client.request(request.unwrap()).await.unwrap().status()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn spawn(folder: &Path, file: &Path) -> Option<Child> {
    // Debian installs it in a folder that is only in root's PATH.
    for program in ["nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"] {
        let mut command = Command::new(program);
        command.arg("-p").arg(folder).arg("-c").arg(file);
        command.arg("-e").arg(folder.join("error.log"));
        match command.stderr(Stdio::null()).spawn() {
            Ok(process) => return Some(process),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => panic!("nginx: {error}"),
        }
    }
    None
}

fn free_ports() -> [SocketAddr; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}

/// A single process in the foreground, so that it can be killed, and no file outside the folder.
fn configuration(
    folder: &Path,
    address: SocketAddr,
    http_2: SocketAddr,
    service: SocketAddr,
) -> String {
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("    {name}_temp_path \"{folder}/{name}\";\n"))
        .concat();
    let locations: String = PROTECTED
        .map(|path| {
            format!(
                "        location = {path} {{
            auth_request /auth{path};
            proxy_pass http://{service}/inside;
        }}
        location = /auth{path} {{
            internal;
            proxy_pass http://{service};
            proxy_pass_request_body off;
            proxy_set_header Content-Length \"\";
        }}
"
            )
        })
        .concat();
    format!(
        "daemon off;
master_process off;
pid \"{folder}/pid\";
error_log \"{folder}/error.log\";
events {{}}
http {{
    access_log off;
{temporary}
    server {{
        listen {address};
        listen {http_2} http2;
{locations}    }}
}}
"
    )
}
