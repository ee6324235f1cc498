//! The state that the handle and the server share, and the path of a request through it: it is recorded,
//! routed, checked and handled, and faults are applied.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderName, Request, StatusCode, header};
use serde_json::Value;

use crate::check::{self, Checked, Given, Keys};
use crate::clock::Clock;
use crate::description::{Description, Operation, Routed, description};
use crate::faults::{self, Fault, Faults, Target};
use crate::generated;
use crate::instances::Mode;
use crate::list;
use crate::mock::UnknownIds;
use crate::recorded::{RecordedRequest, Requests};
use crate::rejection::Rejection;
use crate::rules;
use crate::samples::random::{HEXADECIMAL, Random, hash};
use crate::server::{Reply, Unread};
use crate::spoil;
use crate::state::{self, Call, Store, Surroundings};
use crate::tokens::{Category, Overrides, Signer};
use crate::validate::validate;

pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) keys: Keys,
    pub(crate) clock: Clock,
    pub(crate) mode: Mode,
    pub(crate) unknown_ids: UnknownIds,
    pub(crate) has_rules: bool,
    pub(crate) frontend_api: String,
}

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) signer: Signer,
    description: &'static Description,
    store: Mutex<Store>,
    faults: Mutex<Faults>,
    requests: Mutex<Requests>,
}

/// A response before it is encoded.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Value>,
}

/// The path of the keys of a frontend API. They are public.
const PUBLIC_JWKS: &str = "/.well-known/jwks.json";

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            signer: Signer::new(settings.seed, &settings.frontend_api),
            settings,
            description: description(),
            store: Mutex::default(),
            faults: Mutex::default(),
            requests: Mutex::default(),
        }
    }

    pub(crate) fn base_path(&self) -> &str {
        self.description.base_path()
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, Requests> {
        locked(&self.requests)
    }

    pub(crate) fn publishable_key(&self) -> String {
        format!(
            "pk_test_{}",
            STANDARD.encode(format!("{}$", self.settings.frontend_api))
        )
    }

    /// The response to a request. `None` resets the connection.
    pub(crate) async fn respond(
        &self,
        request: Request<Bytes>,
        unread: Option<Unread>,
    ) -> Option<Reply> {
        let (head, body) = request.into_parts();
        let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
        let routed = self.description.route(&head.method, path);
        let operation = match &routed {
            Routed::Found(operation, _) => Some(*operation),
            _ => None,
        };
        let id = operation.map(|operation| &*operation.id);
        let record = RecordedRequest::new(
            id,
            head.method.clone(),
            path,
            query,
            &head.headers,
            body.clone(),
        );
        let number = self.requests().add(record);
        let trace_id = self.trace_id(number);
        let requested = head
            .headers
            .get(faults::HEADER)
            .map(|value| value.to_str().unwrap_or("?"));
        let target = Target {
            operation: id,
            method: &head.method,
            path,
            requested,
        };
        let taken = self.faults().take(&target);
        let taken = match taken {
            Ok(taken) => taken,
            Err(error) => {
                let long = format!("In the header {}: {error}.", faults::HEADER);
                let rejection = Rejection::bad_request("fault_unknown", "unknown fault", long);
                return Some(self.rejected(number, &rejection, &trace_id));
            }
        };
        let mut fault = None;
        for taken in taken {
            match taken {
                Fault::Latency(latency) => tokio::time::sleep(latency).await,
                other => fault = Some(other),
            }
        }
        if fault == Some(Fault::Reset) {
            return None;
        }
        if let Some(reply) = fault
            .as_ref()
            .and_then(|fault| spoil::instead(fault, &trace_id))
        {
            return Some(self.sent(number, reply, &trace_id));
        }
        let result = if let Some(unread) = unread {
            Err(unread_rejection(unread))
        } else {
            let request = (path, query, &head.headers, &body);
            self.handle_routed(routed, request).await
        };
        match result {
            Ok(mut response) => {
                if let (Some(Fault::UnknownEnumValue), Some(operation)) = (&fault, operation) {
                    spoil::unknown_enum_value(self.description, operation, &mut response);
                }
                let mut reply = match &response.body {
                    Some(body) => Reply::new(response.status, "application/json", body.to_string()),
                    None => Reply::empty(response.status),
                };
                if let Some(fault) = &fault {
                    spoil::after(fault, &mut reply);
                }
                Some(self.sent(number, reply, &trace_id))
            }
            Err(rejection) => Some(self.rejected(number, &rejection, &trace_id)),
        }
    }

    async fn handle_routed(
        &self,
        routed: Routed<'_>,
        (path, query, headers, body): (&str, &str, &http::HeaderMap, &Bytes),
    ) -> Result<Response, Rejection> {
        let (operation, values) = match routed {
            Routed::Found(operation, values) => (operation, values),
            Routed::Nowhere if path == PUBLIC_JWKS => {
                return Ok(Response {
                    status: StatusCode::OK,
                    body: Some(self.signer.jwks()),
                });
            }
            other => return Err(unrouted(&other, path)),
        };
        let given = Given {
            operation,
            path: values,
            query,
            headers,
            body,
        };
        let keys = &self.settings.keys;
        let (checked, as_described) = check::check(self.description, keys, given).await?;
        self.keeps_rules(operation, &checked, as_described)?;
        let body = self.body(operation, &checked)?;
        check_own(operation, body.as_ref())?;
        Ok(Response {
            status: operation.status,
            body,
        })
    }

    /// Errors of rules replace errors of the schema about the same parameter.
    fn keeps_rules(
        &self,
        operation: &Operation,
        checked: &Checked,
        as_described: Result<(), Rejection>,
    ) -> Result<(), Rejection> {
        if !self.settings.has_rules {
            return as_described;
        }
        match rules::check(&operation.id, &checked.query, &checked.body) {
            Ok(()) => as_described,
            Err(mut rejection) => {
                if let Err(other) = as_described {
                    rejection.join(other);
                }
                Err(rejection)
            }
        }
    }

    fn body(&self, operation: &Operation, checked: &Checked) -> Result<Option<Value>, Rejection> {
        if operation.id == "GetJWKS" {
            return Ok(Some(self.signer.jwks()));
        }
        let around = self.surroundings();
        let mut store = locked(&self.store);
        store.expire(self.settings.clock.milliseconds());
        let mut call = Call {
            around: &around,
            store: &mut store,
            operation,
            checked,
        };
        state::check_features(&call)?;
        if let Some(handler) = state::handler(&operation.id) {
            let body = handler(&mut call)?;
            return Ok(operation.response_schema().map(|_| body));
        }
        state::check_parents(&mut call)?;
        drop(store);
        let mode = self.settings.mode;
        Ok(generated::response(
            self.description,
            operation,
            checked,
            mode,
            self.settings.seed,
        ))
    }

    /// A session token outside of a request.
    pub(crate) fn mint(&self, user_id: &str, overrides: &Overrides) -> String {
        let around = self.surroundings();
        let mut store = locked(&self.store);
        let checked = Checked::default();
        // Any operation will do: only the store of the call is used.
        let Some(operation) = self.description.operations().first() else {
            return String::new();
        };
        let mut call = Call {
            around: &around,
            store: &mut store,
            operation,
            checked: &checked,
        };
        let claims = state::wished_claims(&mut call, user_id, overrides);
        self.signer.sign(Category::Session, &claims.json())
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            description: self.description,
            clock: &self.settings.clock,
            signer: &self.signer,
            seed: self.settings.seed,
            unknown_ids: self.settings.unknown_ids,
            mode: self.settings.mode,
        }
    }

    fn rejected(&self, number: u64, rejection: &Rejection, trace_id: &str) -> Reply {
        let body = rejection.body(trace_id).to_string();
        let mut reply = Reply::new(rejection.status, "application/json", body);
        if let Some(allow) = &rejection.allow {
            reply.header(header::ALLOW, allow);
        }
        self.sent(number, reply, trace_id)
    }

    fn sent(&self, number: u64, mut reply: Reply, trace_id: &str) -> Reply {
        reply.header(HeaderName::from_static("clerk-trace-id"), trace_id);
        self.requests().responded(number, reply.status);
        reply
    }

    fn trace_id(&self, number: u64) -> String {
        Random::new(self.settings.seed ^ hash(&number.to_le_bytes())).text(HEXADECIMAL, 32)
    }
}

/// A response that the description does not allow would hide faults of clients, so the mock reports its
/// own fault.
fn check_own(operation: &Operation, body: Option<&Value>) -> Result<(), Rejection> {
    let (Some(schema), Some(body)) = (operation.response_schema(), body) else {
        return Ok(());
    };
    let described = body
        .pointer(list::described_part(schema, body))
        .unwrap_or(body);
    validate(schema, described).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Rejection::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "mock_answer_invalid",
            "error in clerk-mock",
            format!(
                "The response of {} does not match the description: {}. Please report this.",
                operation.id,
                problems.join("; ")
            ),
        )
    })
}

fn unrouted(routed: &Routed<'_>, path: &str) -> Rejection {
    match routed {
        Routed::OtherMethods(methods) => {
            let methods: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
            let allow = methods.join(", ");
            let long = format!("The path {path} has only the methods {allow}.");
            let mut rejection = Rejection::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "method not allowed",
                long,
            );
            rejection.allow = Some(allow);
            rejection
        }
        Routed::Undecodable(wrong) => {
            let long = format!("The path cannot be decoded: {wrong}.");
            Rejection::bad_request("request_path_invalid", "path cannot be decoded", long)
        }
        Routed::Nowhere | Routed::Found(..) => Rejection::new(
            StatusCode::NOT_FOUND,
            "resource_not_found",
            "not found",
            format!("The API has no operation with the path {path}."),
        ),
    }
}

fn unread_rejection(unread: Unread) -> Rejection {
    match unread {
        Unread::TooLarge => Rejection::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request_body_too_large",
            "body too large",
            "The body is larger than this mock accepts.",
        ),
        Unread::Malformed => Rejection::bad_request(
            "request_body_invalid",
            "body is malformed",
            "The body ended early, or its chunks are malformed.",
        ),
    }
}

/// A test that panicked while it held a lock has already failed.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
