//! Real calls over real sockets, to a server that follows a script.

mod answers;
mod blocking;
mod bodies;
mod bodies_that_do_not_end;
mod broken_servers;
mod client;
mod echoed_secrets;
mod errors;
mod pages;
mod paths;
mod rates;
mod redirects;
mod refused_by_http2;
mod requests;
mod retries;
mod runtimes;
mod secrets;
mod support;
mod timeouts;
mod timestamps;
mod tolerance;
mod traces;
mod transports;
mod unions;
mod uploads;
mod walks;
