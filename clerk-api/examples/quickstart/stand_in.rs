//! A stand-in for Clerk: three users on a loopback port, one thread, the standard library.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::{TcpListener, TcpStream};

/// Starts the server and returns its base URL. It runs until the process ends.
pub(crate) fn start() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let base_url = format!("http://{}/v1", listener.local_addr()?);
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A client that closes the connection early must not stop the server.
            let _ = serve(&connection);
        }
    });
    Ok(base_url)
}

fn serve(mut connection: &TcpStream) -> Result<()> {
    let mut reader = BufReader::new(connection);
    let mut request_line = String::new();
    reader.read_line(&mut request_line)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let target = request_line.split(' ').nth(1).unwrap_or_default();
    let (status, body) = response(target);
    write!(
        connection,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    )
}

fn response(target: &str) -> (&'static str, String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    match path.strip_prefix("/v1/users") {
        Some("") => {
            let parameter = |name: &str| {
                let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
            };
            let number = |text: &str| text.parse().ok();
            let limit = parameter("limit").and_then(number).unwrap_or(10);
            // Lists of users are walked by cursor: each page begins after the last user of the previous one.
            let last = parameter("starting_after").and_then(|id| number(id.strip_prefix("user_")?));
            let users: Vec<String> = (1..=3)
                .skip(last.unwrap_or(0))
                .take(limit)
                .map(user)
                .collect();
            ("200 OK", format!("[{}]", users.join(",")))
        }
        Some("/user_1") => ("200 OK", user(1)),
        Some("/user_2") => ("200 OK", user(2)),
        Some("/user_3") => ("200 OK", user(3)),
        _ => (
            "404 Not Found",
            r#"{"errors":[{"code":"resource_not_found","message":"not found",
                "long_message":"No user was found with this id."}],"clerk_trace_id":"trace_1"}"#
                .to_owned(),
        ),
    }
}

fn user(number: usize) -> String {
    let name = ["Ada", "Grace", "Frances"][number - 1];
    format!(
        r#"{{"id":"user_{number}","object":"user","external_id":null,
        "primary_email_address_id":null,"primary_phone_number_id":null,"primary_web3_wallet_id":null,
        "username":null,"first_name":"{name}","last_name":null,"has_image":false,
        "public_metadata":{{}},"email_addresses":[],"phone_numbers":[],"web3_wallets":[],
        "passkeys":[],"password_enabled":true,"two_factor_enabled":false,"totp_enabled":false,
        "backup_code_enabled":false,"mfa_enabled_at":null,"mfa_disabled_at":null,
        "external_accounts":[],"saml_accounts":[],"enterprise_accounts":[],"last_sign_in_at":null,
        "banned":false,"locked":false,"lockout_expires_in_seconds":null,
        "verification_attempts_remaining":null,"updated_at":1770000000000,
        "created_at":177000000000{number},"delete_self_enabled":true,
        "create_organization_enabled":true,"last_active_at":null,"legal_accepted_at":null}}"#
    )
}
