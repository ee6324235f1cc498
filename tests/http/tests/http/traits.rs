//! The traits that types of the client implement, so that they fit into other code.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;

use clerk_api::retry::Decision;
use clerk_api::transport::{
    Body, ReqwestTransport, ResponseBody, Transport, TransportError, TransportErrorKind,
};
use clerk_api::types::{Nullable, Object, OutOfRange, Secret, Timestamp, UnknownValue};
use clerk_api::{
    ApiError, Clerk, ClerkBuilder, Error, ErrorKind, Items, Page, RawRequest, RawResponse,
    RetryPolicy, Sending, Upload, blocking, models,
};

fn crosses_threads<T: Send + Sync + Debug + 'static>() {}
fn moves_between_threads<T: Send + Unpin + Debug + 'static>() {}
fn is_value<T: Clone + Debug + Eq + Hash + Send + Sync + 'static>() {}
fn is_error<T: StdError + Display + Debug + Send + Sync + 'static>() {}

#[test]
fn clients_and_their_parts_cross_threads() {
    crosses_threads::<Clerk>();
    crosses_threads::<blocking::Clerk>();
    crosses_threads::<RetryPolicy>();
    crosses_threads::<RawRequest>();
    crosses_threads::<RawResponse<models::User>>();
    crosses_threads::<Page<models::User>>();
    crosses_threads::<ReqwestTransport>();
    crosses_threads::<Upload>();
    crosses_threads::<Secret>();
    crosses_threads::<Object>();
    crosses_threads::<ClerkBuilder>();
    let _: fn(&dyn Transport) = |_| {};
}

#[test]
fn futures_and_streams_move_between_threads() {
    moves_between_threads::<Sending<models::User>>();
    moves_between_threads::<Items<models::User>>();
    moves_between_threads::<blocking::Items<models::User>>();
    moves_between_threads::<Body>();
    moves_between_threads::<ResponseBody>();
}

#[test]
fn small_types_are_values() {
    is_value::<Timestamp>();
    is_value::<OutOfRange>();
    is_value::<UnknownValue>();
    is_value::<Nullable<String>>();
    is_value::<ErrorKind>();
    is_value::<TransportErrorKind>();
    is_value::<Decision>();
}

#[test]
fn errors_are_errors() {
    is_error::<Error>();
    is_error::<ApiError>();
    is_error::<TransportError>();
    is_error::<OutOfRange>();
    is_error::<models::ModelError>();
}
