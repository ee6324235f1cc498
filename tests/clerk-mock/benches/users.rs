//! The cost of requests to a mock with 100,000 users, over a socket. Prints medians.
//!
//! Run it with `cargo bench -p clerk-mock`. Without `--bench` among its arguments, it only checks that it works,
//! with 200 users.
#![allow(clippy::print_stdout)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use clerk_mock::ClerkMock;

const ROUNDS: usize = 50;

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (users, rounds) = if is_bench {
        (100_000, ROUNDS)
    } else {
        (200, 1)
    };
    let mock = ClerkMock::start_blocking();
    let mut connection = Connection::to(&mock);
    let start = Instant::now();
    let mut middle = String::new();
    for number in 0..users {
        let body = format!(
            "{{\"email_address\":[\"u{number}@example.com\"],\"username\":\"user{number}\"}}"
        );
        let user = connection.send("POST", "/v1/users", &body);
        if number == users / 2 {
            let id = user
                .split("\"id\":\"user_")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            middle = format!("user_{}", id.unwrap_or_default());
        }
    }
    println!("{users} users created, {:?} each", start.elapsed() / users);
    let requests = [
        ("one user", format!("/v1/users/{middle}")),
        ("the first user", "/v1/users?limit=1".to_owned()),
        ("a page of 10", "/v1/users?limit=10".to_owned()),
        ("a page of 500", "/v1/users?limit=500".to_owned()),
        (
            "10 after the middle",
            format!("/v1/users?limit=10&starting_after={middle}"),
        ),
        (
            "10 at offset half",
            format!("/v1/users?limit=10&offset={}", users / 2),
        ),
        (
            "one user by address",
            "/v1/users?email_address=u42@example.com".to_owned(),
        ),
        (
            "one user by a part of its name",
            "/v1/users?username_query=user42&limit=1".to_owned(),
        ),
        ("10 by name", "/v1/users?order_by=username".to_owned()),
        ("how many", "/v1/users/count".to_owned()),
    ];
    for (what, target) in requests {
        let mut times: Vec<Duration> = (0..rounds)
            .map(|_| {
                let start = Instant::now();
                connection.send("GET", &target, "");
                start.elapsed()
            })
            .collect();
        times.sort();
        println!("{what}: {:?}", times[times.len() / 2]);
    }
}

/// A connection that is reused.
struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn to(mock: &ClerkMock) -> Self {
        let address = mock.origin().replace("http://", "");
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("an option of the socket");
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// Sends a request and returns the body of its response.
    fn send(&mut self, method: &str, target: &str, body: &str) -> String {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer sk_test_bench\r\n\
             clerk-api-version: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            clerk_api::API_VERSION,
            body.len(),
        );
        let stream = self.stream.get_mut();
        stream.write_all(request.as_bytes()).expect("a request");
        let mut length = 0;
        let mut first = String::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("a header");
            if first.is_empty() {
                first.clone_from(&line);
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        let body = String::from_utf8(body).expect("text");
        assert!(first.contains(" 200 "), "{method} {target}: {body}");
        body
    }
}
