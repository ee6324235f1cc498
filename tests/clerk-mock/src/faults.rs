//! What a mock can do wrong when it is asked to.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::{Method, StatusCode};

/// Asks for a fault with a request: `x-clerk-mock-fault: status=503; times=2`.
pub(crate) const HEADER: &str = "x-clerk-mock-fault";

/// Something that goes wrong with a request.
///
/// For the header `x-clerk-mock-fault` each has a text form: `latency=250ms` (or `2s`),
/// `rate-limited=1` (seconds), `status=503`, `html=502`, `reset`, `truncated-body`,
/// `malformed-json`, `unknown-enum-value`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The answer comes late. It is the true one, unless another fault applies too.
    Latency(Duration),
    /// 429, with `Retry-After` in seconds.
    RateLimited {
        /// How many seconds to wait.
        retry_after: u64,
    },
    /// A status with Clerk's error envelope. The request has no effect.
    Status(StatusCode),
    /// A status with a page of HTML, as gateways answer. The request has no effect.
    Html(StatusCode),
    /// The connection is reset before an answer. The request has no effect.
    Reset,
    /// The true answer, whose connection ends in the middle of the body.
    TruncatedBody,
    /// The true answer, whose body is whole but is no JSON.
    MalformedJson,
    /// The true answer, in which one value of an enum is one that the description does not know.
    /// An answer that has no such value stays as it is.
    UnknownEnumValue,
}

/// The value that [`Fault::UnknownEnumValue`] puts in.
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

/// A text that names no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} is no fault; there are latency=250ms, rate-limited=1, status=503, html=502, \
             reset, truncated-body, malformed-json and unknown-enum-value",
            self.0
        )
    }
}

impl std::error::Error for UnknownFault {}

/// Which requests a fault is for.
///
/// ```
/// use clerk_mock::When;
///
/// let first_two_reads = When::any().operation("GetUser").times(2);
/// # let _ = first_two_reads;
/// ```
#[derive(Clone, Debug, Default)]
pub struct When {
    operation: Option<String>,
    method: Option<Method>,
    path: Option<String>,
    times: Option<u32>,
}

impl When {
    /// Every request.
    pub fn any() -> Self {
        Self::default()
    }

    /// Only requests of the operation with this id: `GetUser`.
    pub fn operation(mut self, id: impl Into<String>) -> Self {
        self.operation = Some(id.into());
        self
    }

    /// Only requests with this method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Only requests whose path starts so: `/v1/users`.
    pub fn path(mut self, start: impl Into<String>) -> Self {
        self.path = Some(start.into());
        self
    }

    /// Only the first so many of them.
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

/// What a fault can be chosen by.
pub(crate) struct Target<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    /// The value of the header that asks for a fault.
    pub(crate) asked: Option<&'a str>,
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(When, Fault)>,
    /// How often a value of the header was obeyed.
    asked: BTreeMap<String, u32>,
}

impl Faults {
    pub(crate) fn add(&mut self, when: When, fault: Fault) {
        self.rules.push((when, fault));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What goes wrong with a request: any number of latencies, and at most one other fault.
    pub(crate) fn take(&mut self, target: &Target<'_>) -> Result<Vec<Fault>, UnknownFault> {
        let mut taken = Vec::new();
        if let Some(asked) = target.asked
            && let Some(fault) = self.asked(asked)?
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

    fn asked(&mut self, value: &str) -> Result<Option<Fault>, UnknownFault> {
        let mut parts = value.split(';').map(str::trim);
        let fault: Fault = parts.next().unwrap_or_default().parse()?;
        let mut limit = None;
        for part in parts {
            match part.split_once('=') {
                Some(("times", times)) => {
                    let times: u32 = times.parse().map_err(|_| UnknownFault(value.to_owned()))?;
                    limit = Some(times);
                }
                // Tells requests apart that ask for the same fault.
                Some(("label", _)) => {}
                _ => return Err(UnknownFault(value.to_owned())),
            }
        }
        let count = self.asked.entry(value.to_owned()).or_default();
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
            asked: None,
        }
    }

    #[test]
    fn every_fault_is_read_from_what_it_prints() {
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
    fn a_fault_comes_as_often_as_it_is_wanted_and_only_where() {
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
    fn a_header_counts_for_itself() {
        let mut faults = Faults::default();
        let mut ask = |asked| {
            let asked = Some(asked);
            faults.take(&Target {
                asked,
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
