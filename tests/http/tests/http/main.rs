//! Real calls over real sockets, to a server that follows a script.

mod answers;
mod blocking;
mod bodies;
mod broken_servers;
mod client;
mod errors;
mod pages;
mod paths;
mod rates;
mod requests;
mod retries;
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
