//! How an error is printed: with the operation, the status, the errors of the API and the trace id, but
//! without URL, body and key. Text of the server is shortened and its control characters are replaced, so
//! that it cannot forge log lines.

use std::fmt;

use http::StatusCode;

use super::{Error, Failure, TimeoutScope};
use crate::transport::TransportErrorKind;

/// How many characters of a text of the server are printed.
const CAP: usize = 300;
/// How many entries `{:?}` prints.
const MOST_PRINTED: usize = 10;

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(call) = &self.0.call {
            write!(formatter, "{}: ", call.operation)?;
        }
        match &self.0.failure {
            Failure::Configuration(message)
            | Failure::Request(message)
            | Failure::Pagination(message) => formatter.write_str(message),
            Failure::Timeout(TimeoutScope::Attempt(limit)) => {
                write!(formatter, "no response within {limit:?}")
            }
            Failure::Timeout(TimeoutScope::Call(limit)) => {
                write!(formatter, "the call took longer than {limit:?}")
            }
            Failure::Transport(error) => formatter.write_str(match error.kind() {
                TransportErrorKind::Connect => {
                    "no connection to the server; check the network, the base URL and the proxy"
                }
                TransportErrorKind::Interrupted => {
                    "the connection was lost before the response was complete"
                }
                TransportErrorKind::Timeout => "the transport timed out",
                TransportErrorKind::Other => "the transport failed",
            }),
            Failure::Api(response) => {
                write!(formatter, "{}", response.status)?;
                if response.status.is_redirection() && response.status != StatusCode::NOT_MODIFIED {
                    formatter
                        .write_str(" (redirects are not followed, because they would send the key to another server)")?;
                }
                if let Some(error) = response.errors.first() {
                    write!(formatter, ": {}", Printable(&error.to_string()))?;
                } else if let Some(content) = response.content {
                    write!(formatter, ": {content}")?;
                }
                match response.errors.len() + response.more_errors {
                    0 | 1 => {}
                    more => write!(formatter, " (and {} more)", more - 1)?,
                }
                trace(formatter, response.trace_id.as_deref())
            }
            Failure::MissingBody(response) => {
                write!(
                    formatter,
                    "{}: the call succeeded, but the response has no body to build the result from; \
                     do not repeat the call, or use `send_ignoring_body`, which needs no body",
                    response.status
                )?;
                trace(formatter, response.trace_id.as_deref())
            }
            Failure::Decode(response, fault) => {
                write!(
                    formatter,
                    "{}, but the body cannot be decoded",
                    response.status
                )?;
                if let Some(path) = fault.printed_path() {
                    write!(formatter, " at {}", Printable(path))?;
                }
                match response.content {
                    Some(content) => write!(formatter, ": it is {content}")?,
                    None => write!(formatter, ": {}", fault.reason)?,
                }
                trace(formatter, response.trace_id.as_deref())
            }
        }
    }
}

fn trace(formatter: &mut fmt::Formatter<'_>, id: Option<&str>) -> fmt::Result {
    match id {
        Some(id) => write!(formatter, " (trace id {})", Printable(id)),
        None => Ok(()),
    }
}

/// Text from the server.
pub(super) struct Printable<'a>(pub(super) &'a str);

impl fmt::Debug for Printable<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{self}\"")
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars().take(CAP) {
            let shown = if changes_lines(character) {
                ' '
            } else {
                character
            };
            fmt::Write::write_char(formatter, shown)?;
        }
        if self.0.chars().nth(CAP).is_some() {
            formatter.write_str("…")?;
        }
        Ok(())
    }
}

/// Whether a character begins a new line or changes the text direction.
fn changes_lines(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Error");
        debug.field("kind", &self.kind());
        if let Some(call) = &self.0.call {
            debug
                .field("operation", &call.operation)
                .field("method", &call.method)
                .field("path", &call.path)
                .field("attempts", &call.attempts)
                .field("follows_lost_response", &call.may_have_run);
        }
        match &self.0.failure {
            Failure::Configuration(message)
            | Failure::Request(message)
            | Failure::Pagination(message) => {
                debug.field("message", message);
                if let Some(cause) = &self.0.cause {
                    debug.field("cause", &format_args!("{}", Printable(&cause.to_string())));
                }
            }
            Failure::Timeout(scope) => {
                debug.field("limit", scope);
            }
            Failure::Transport(error) => {
                debug.field("error", error);
            }
            Failure::Api(response) => {
                debug
                    .field("status", &response.status)
                    .field(
                        "errors",
                        &response
                            .errors
                            .iter()
                            .take(MOST_PRINTED)
                            .collect::<Vec<_>>(),
                    )
                    .field("trace_id", &response.trace_id)
                    .field("retry_after", &response.retry_after);
            }
            Failure::MissingBody(response) => {
                debug
                    .field("status", &response.status)
                    .field("reason", &"the response has no body")
                    .field("trace_id", &response.trace_id);
            }
            Failure::Decode(response, fault) => {
                debug
                    .field("status", &response.status)
                    .field("path", &fault.printed_path())
                    .field("reason", &fault.reason)
                    .field("trace_id", &response.trace_id);
            }
        }
        debug.finish_non_exhaustive()
    }
}
