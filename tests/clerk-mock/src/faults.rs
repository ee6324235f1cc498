//! Faults that a mock produces on request.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::{Method, StatusCode};

/// The header that requests a fault: `x-clerk-mock-fault: status=503; times=2`.
pub(crate) const HEADER: &str = "x-clerk-mock-fault";

/// A fault: something that goes wrong with a request.
///
/// Pass it to [`ClerkMock::fail_next`](crate::ClerkMock::fail_next) or
/// [`ClerkMock::fault`](crate::ClerkMock::fault), or send the request with the header
/// `x-clerk-mock-fault`. Its values are parsed with [`FromStr`](std::str::FromStr): `latency=250ms` (or
/// `2s`), `rate-limited=1` (seconds), `status=503`, `html=502`, `reset`, `truncated-body`,
/// `malformed-json`, `unknown-enum-value`.
///
/// ```
/// use std::time::Duration;
/// use clerk_mock::Fault;
///
/// assert_eq!("latency=2s".parse(), Ok(Fault::Latency(Duration::from_secs(2))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "chaos")]
#[doc(alias = "fault injection")]
#[doc(alias = "simulate")]
pub enum Fault {
    /// The response is delayed. It is the normal one unless another fault applies too.
    Latency(Duration),
    /// The response is a 429 with `Retry-After`. The request has no effect.
    RateLimited {
        /// The value of `Retry-After`, in seconds.
        retry_after: u64,
    },
    /// The response has this status and Clerk's error envelope. The request has no effect.
    Status(StatusCode),
    /// The response has this status and an HTML page, like those of gateways. The request has no effect.
    Html(StatusCode),
    /// The connection is reset before a response. The request has no effect.
    Reset,
    /// The normal response, but the connection is closed in the middle of the body.
    TruncatedBody,
    /// The normal response, but its body, though complete, is not valid JSON.
    MalformedJson,
    /// The normal response, but one value of an enum is replaced by one that is not described. A response
    /// without enums is not changed.
    UnknownEnumValue,
}

/// The value that [`Fault::UnknownEnumValue`] inserts.
pub(crate) const UNKNOWN_VALUE: &str = "value_of_tomorrow";

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency(latency) => write!(formatter, "latency={}ms", latency.as_millis()),
            Self::RateLimited { retry_after } => write!(formatter, "rate-limited={retry_after}"),
            Self::Status(status) => write!(formatter, "status={}", status.as_u16()),
            Self::Html(status) => write!(formatter, "html={}", status.as_u16()),
            Self::Reset => formatter.write_str("reset"),
            Self::TruncatedBody => formatter.write_str("truncated-body"),
            Self::MalformedJson => formatter.write_str("malformed-json"),
            Self::UnknownEnumValue => formatter.write_str("unknown-enum-value"),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let (name, value) = text
            .split_once('=')
            .map_or((text, ""), |(name, value)| (name, value));
        let status = || {
            value
                .parse::<u16>()
                .ok()
                .and_then(|status| StatusCode::from_u16(status).ok())
        };
        let fault = match (name.trim(), value) {
            ("latency", value) => duration(value).map(Self::Latency),
            ("rate-limited", "") => Some(Self::RateLimited { retry_after: 1 }),
            ("rate-limited", value) => value
                .parse()
                .ok()
                .map(|retry_after| Self::RateLimited { retry_after }),
            ("status", _) => status().map(Self::Status),
            ("html", _) => status().map(Self::Html),
            ("reset", "") => Some(Self::Reset),
            ("truncated-body", "") => Some(Self::TruncatedBody),
            ("malformed-json", "") => Some(Self::MalformedJson),
            ("unknown-enum-value", "") => Some(Self::UnknownEnumValue),
            _ => None,
        };
        fault.ok_or_else(|| UnknownFault(text.to_owned()))
    }
}

fn duration(text: &str) -> Option<Duration> {
    match text.strip_suffix("ms") {
        Some(milliseconds) => milliseconds.parse().ok().map(Duration::from_millis),
        None => text
            .strip_suffix('s')?
            .parse()
            .ok()
            .map(Duration::from_secs),
    }
}

/// The error for a text that is not a [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} is not a fault; use one of latency=250ms, rate-limited=1, status=503, html=502, \
             reset, truncated-body, malformed-json and unknown-enum-value",
            self.0
        )
    }
}

impl std::error::Error for UnknownFault {}

/// The requests that a fault applies to.
///
/// ```
/// use clerk_mock::When;
///
/// let first_two_reads = When::any().operation("GetUser").times(2);
/// # let _ = first_two_reads;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "pass it to `ClerkMock::fault`"]
#[doc(alias = "matcher")]
#[doc(alias = "Mock")]
pub struct When {
    operation: Option<String>,
    method: Option<Method>,
    path: Option<String>,
    times: Option<u32>,
}

impl When {
    /// Matches every request.
    pub fn any() -> Self {
        Self::default()
    }

    /// Matches only requests of the operation with this id, such as `GetUser`.
    pub fn operation(mut self, id: impl Into<String>) -> Self {
        self.operation = Some(id.into());
        self
    }

    /// Matches only requests with this method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Matches only requests whose path starts with this prefix, such as `/v1/users`.
    pub fn path(mut self, start: impl Into<String>) -> Self {
        self.path = Some(start.into());
        self
    }

    /// Matches only the first `times` of these requests. Default: all of them.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn matches(&self, request: &Target<'_>) -> bool {
        self.times != Some(0)
            && self
                .operation
                .as_deref()
                .is_none_or(|id| request.operation == Some(id))
            && self
                .method
                .as_ref()
                .is_none_or(|method| method == request.method)
            && self
                .path
                .as_deref()
                .is_none_or(|start| request.path.starts_with(start))
    }
}

/// What a fault is matched against.
pub(crate) struct Target<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    /// The value of the header that requests a fault.
    pub(crate) requested: Option<&'a str>,
}

/// The faults that have not been used up.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(When, Fault)>,
    /// How often each value of the header has been applied.
    requested: BTreeMap<String, u32>,
}

impl Faults {
    pub(crate) fn add(&mut self, when: When, fault: Fault) {
        self.rules.push((when, fault));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The faults for a request: any number of latencies, and at most one other.
    pub(crate) fn take(&mut self, target: &Target<'_>) -> Result<Vec<Fault>, UnknownFault> {
        let mut taken = Vec::new();
        if let Some(requested) = target.requested
            && let Some(fault) = self.requested(requested)?
        {
            taken.push(fault);
        }
        for (when, fault) in &mut self.rules {
            if taken
                .iter()
                .any(|fault| !matches!(fault, Fault::Latency(_)))
            {
                break;
            }
            if when.matches(target) {
                when.times = when.times.map(|times| times.saturating_sub(1));
                taken.push(fault.clone());
            }
        }
        self.rules.retain(|(when, _)| when.times != Some(0));
        Ok(taken)
    }

    fn requested(&mut self, value: &str) -> Result<Option<Fault>, UnknownFault> {
        let mut parts = value.split(';').map(str::trim);
        let fault: Fault = parts.next().unwrap_or_default().parse()?;
        let mut limit = None;
        for part in parts {
            match part.split_once('=') {
                Some(("times", times)) => {
                    let times: u32 = times.parse().map_err(|_| UnknownFault(value.to_owned()))?;
                    limit = Some(times);
                }
                // Only distinguishes equal values of the header.
                Some(("label", _)) => {}
                _ => return Err(UnknownFault(value.to_owned())),
            }
        }
        let count = self.requested.entry(value.to_owned()).or_default();
        *count += 1;
        Ok(limit.is_none_or(|limit| *count <= limit).then_some(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(operation: &str) -> Target<'_> {
        Target {
            operation: Some(operation),
            method: &Method::GET,
            path: "/v1/users",
            requested: None,
        }
    }

    #[test]
    fn every_fault_parses_from_its_display() {
        for fault in [
            Fault::Latency(Duration::from_millis(250)),
            Fault::RateLimited { retry_after: 3 },
            Fault::Status(StatusCode::SERVICE_UNAVAILABLE),
            Fault::Html(StatusCode::BAD_GATEWAY),
            Fault::Reset,
            Fault::TruncatedBody,
            Fault::MalformedJson,
            Fault::UnknownEnumValue,
        ] {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        assert_eq!(
            "latency=2s".parse(),
            Ok(Fault::Latency(Duration::from_secs(2)))
        );
        for wrong in ["", "status", "status=9", "latency=2", "reset=1", "flood"] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_fault_applies_to_as_many_matching_requests_as_set() {
        let mut faults = Faults::default();
        faults.add(When::any().operation("GetUser").times(2), Fault::Reset);
        assert_eq!(faults.take(&target("GetUserList")), Ok(Vec::new()));
        assert_eq!(faults.take(&target("GetUser")), Ok(vec![Fault::Reset]));
        assert_eq!(faults.take(&target("GetUser")), Ok(vec![Fault::Reset]));
        assert_eq!(faults.take(&target("GetUser")), Ok(Vec::new()));
    }

    #[test]
    fn faults_for_the_next_request_queue_up_and_latency_joins_them() {
        let mut faults = Faults::default();
        faults.add(When::any(), Fault::Latency(Duration::ZERO));
        faults.add(When::any().times(1), Fault::Reset);
        faults.add(When::any().times(1), Fault::MalformedJson);
        let latency = Fault::Latency(Duration::ZERO);
        assert_eq!(
            faults.take(&target("a")),
            Ok(vec![latency.clone(), Fault::Reset])
        );
        assert_eq!(
            faults.take(&target("a")),
            Ok(vec![latency.clone(), Fault::MalformedJson])
        );
        assert_eq!(faults.take(&target("a")), Ok(vec![latency]));
    }

    #[test]
    fn each_value_of_the_header_has_its_own_count() {
        let mut faults = Faults::default();
        let mut ask = |requested| {
            let requested = Some(requested);
            faults.take(&Target {
                requested,
                ..target("a")
            })
        };
        assert_eq!(ask("reset; times=1"), Ok(vec![Fault::Reset]));
        assert_eq!(ask("reset; times=1"), Ok(Vec::new()));
        assert_eq!(ask("reset; times=1; label=2"), Ok(vec![Fault::Reset]));
        assert_eq!(ask("reset"), Ok(vec![Fault::Reset]));
        assert!(ask("reset; forever").is_err());
    }
}
