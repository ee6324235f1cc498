//! tonic: the tower layer around gRPC.

use std::convert::Infallible;

use adapters::clerk::{admin, authenticator, user};
use bytes::{Buf, BufMut};
use clerk_auth::tower::AuthLayer;
use clerk_auth::{Auth, Check};
use tokio::net::TcpListener;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Endpoint, Server};
use tonic::{Code, Request, Response, Status, client, server};
use tower::service_fn;

/// Messages that are text.
#[derive(Clone, Copy, Default)]
struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        let text = String::from_utf8(bytes.to_vec());
        text.map(Some)
            .map_err(|error| Status::invalid_argument(error.to_string()))
    }
}

/// A method as tonic's generated code has it.
async fn greet(request: Request<String>) -> Result<Response<String>, Status> {
    let auth = request.extensions().get::<Auth>();
    let user = auth
        .and_then(Auth::user_id)
        .unwrap_or("unauthenticated")
        .to_owned();
    Ok(Response::new(format!("{}, {user}", request.into_inner())))
}

/// Calls the method, of a server with this layer.
async fn call(layer: AuthLayer, token: Option<&str>) -> Result<String, Status> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = service_fn(|request| async {
        let mut grpc = server::Grpc::new(Text);
        Ok::<_, Infallible>(grpc.unary(service_fn(greet), request).await)
    });
    let server = Server::builder().layer(layer);
    tokio::spawn(server.serve_with_incoming(service, TcpIncoming::from(listener)));

    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut grpc = client::Grpc::new(channel.connect().await.unwrap());
    grpc.ready().await.unwrap();
    let mut request = Request::new("hello".to_owned());
    if let Some(token) = token {
        let token = format!("Bearer {token}").parse().unwrap();
        request.metadata_mut().insert("authorization", token);
    }
    let path = http::uri::PathAndQuery::from_static("/greetings.Greeter/Greet");
    let response = grpc.unary(request, path, Text).await?;
    Ok(response.into_inner())
}

#[tokio::test]
async fn a_method_sees_the_authentication() {
    let layer = AuthLayer::new(authenticator()).grpc();
    let greeting = call(layer.clone(), Some(&user().mint())).await;
    assert_eq!(greeting.unwrap(), "hello, user_1");
    assert_eq!(call(layer, None).await.unwrap(), "hello, unauthenticated");
}

#[tokio::test]
async fn a_rejected_call_has_a_grpc_status() {
    let layer = AuthLayer::new(authenticator()).grpc();
    let layer = layer.require(Check::role("org:admin"));
    for (token, expected) in [
        (None, Code::Unauthenticated),
        (Some(user().tampered().mint()), Code::Unauthenticated),
        (Some(user().mint()), Code::PermissionDenied),
    ] {
        let status = call(layer.clone(), token.as_deref()).await.unwrap_err();
        assert_eq!(status.code(), expected, "{status:?}");
        assert!(!status.message().is_empty());
    }
    let greeting = call(layer, Some(&admin().mint())).await;
    assert_eq!(greeting.unwrap(), "hello, user_1");
}

/// The status and the body are then those of HTTP, which a gRPC client cannot read.
#[tokio::test]
async fn without_grpc_a_rejected_call_has_an_http_status() {
    let layer = AuthLayer::new(authenticator()).require(Check::role("org:admin"));
    for (token, expected) in [
        (None, "401 Unauthorized"),
        (Some(user().mint()), "403 Forbidden"),
    ] {
        let status = call(layer.clone(), token.as_deref()).await.unwrap_err();
        assert!(status.message().contains(expected), "{status:?}");
    }
}
