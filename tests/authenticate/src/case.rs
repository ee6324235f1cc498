//! A case: the configuration of an authenticator, and a request.

use std::time::Duration;

use clerk_auth::{Accepts, Authenticator, AuthenticatorBuilder, Clock, TokenType};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde::Deserialize;
use url::Url;

/// One line of input. Unknown members are ignored.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) options: Options,
    pub(crate) request: RequestOfCase,
    /// Unix seconds; the system's time if there is none.
    pub(crate) now: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Options {
    secret_key: Option<String>,
    publishable_key: Option<String>,
    jwt_key: Option<String>,
    machine_secret_key: Option<String>,
    api_url: Option<String>,
    audience: Option<OneOrMany>,
    authorized_parties: Option<OneOrMany>,
    issuer: Option<OneOrMany>,
    clock_skew_ms: Option<f64>,
    accepts_token: Option<OneOrMany>,
    domain: Option<String>,
    is_satellite: Option<bool>,
    satellite_auto_sync: Option<bool>,
    proxy_url: Option<String>,
    sign_in_url: Option<String>,
    organization_patterns: Option<Vec<String>>,
    personal_account_patterns: Option<Vec<String>>,
    trust_forwarded_headers: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Deserialize)]
pub(crate) struct RequestOfCase {
    method: Option<String>,
    url: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// Passes the options that are set to the builder.
macro_rules! set {
    ($builder:ident, $options:ident, $($option:ident => $setter:ident),+ $(,)?) => {
        $(if let Some(value) = $options.$option {
            $builder = $builder.$setter(value);
        })+
    };
}

impl Options {
    pub(crate) fn builder(self, now: Option<f64>) -> Result<AuthenticatorBuilder, String> {
        let options = self;
        let mut builder = Authenticator::builder();
        set!(builder, options,
            secret_key => secret_key,
            publishable_key => publishable_key,
            jwt_key => jwt_key,
            machine_secret_key => machine_secret_key,
            api_url => api_url,
            domain => domain,
            is_satellite => satellite,
            satellite_auto_sync => satellite_auto_sync,
            proxy_url => proxy_url,
            sign_in_url => sign_in_url,
            organization_patterns => organization_patterns,
            personal_account_patterns => personal_account_patterns,
            trust_forwarded_headers => trust_forwarded_headers,
        );
        if let Some(audience) = options.audience {
            // As in JavaScript, an empty text counts as not set.
            let audience = audience
                .into_vec()
                .into_iter()
                .filter(|one| !one.is_empty());
            builder = builder.audience(audience);
        }
        if let Some(parties) = options.authorized_parties {
            builder = builder.authorized_parties(parties.into_vec());
        }
        if let Some(issuers) = options.issuer {
            builder = builder.issuers(issuers.into_vec());
        }
        if let Some(accepts) = options.accepts_token {
            builder = builder.accepts(accepted(accepts)?);
        }
        if let Some(skew) = options.clock_skew_ms {
            let skew = Duration::try_from_secs_f64(skew / 1000.0)
                .map_err(|error| format!("clock_skew_ms is not a duration: {error}"))?;
            builder = builder.clock_skew(skew);
        }
        if let Some(now) = now {
            builder = builder.clock(Clock::fixed((now * 1000.0) as i64));
        }
        Ok(builder)
    }
}

fn accepted(kinds: OneOrMany) -> Result<Accepts, String> {
    match kinds {
        OneOrMany::One(kind) if kind == "any" => Ok(Accepts::any()),
        OneOrMany::One(kind) => Ok(token_type(&kind)?.into()),
        OneOrMany::Many(kinds) => {
            let kinds: Result<Vec<TokenType>, String> =
                kinds.iter().map(|kind| token_type(kind)).collect();
            Ok(Accepts::one_of(kinds?))
        }
    }
}

fn token_type(name: &str) -> Result<TokenType, String> {
    let kinds = [
        TokenType::SessionToken,
        TokenType::ApiKey,
        TokenType::M2mToken,
        TokenType::OauthToken,
    ];
    let kind = kinds.into_iter().find(|kind| kind.as_str() == name);
    kind.ok_or_else(|| format!("accepts_token knows no {name:?}"))
}

impl RequestOfCase {
    /// The request as a server has it.
    pub(crate) fn into_parts(self) -> Result<Parts, String> {
        let method = self.method.unwrap_or_else(|| "GET".to_owned());
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|error| format!("the method {method:?}: {error}"))?;
        let mut request = Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() = uri(&self.url)?;
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|error| format!("the header {name:?}: {error}"))?;
            let value = HeaderValue::from_bytes(value.as_bytes())
                .map_err(|error| format!("the header {name}: {error}"))?;
            request.headers_mut().append(name, value);
        }
        Ok(request.into_parts().0)
    }
}

fn uri(text: &str) -> Result<Uri, String> {
    if let Ok(uri) = text.parse::<Uri>() {
        return Ok(uri);
    }
    let as_sent = Url::parse(text).ok().map(|url| url.to_string());
    as_sent
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("{text:?} is not a URL"))
}
