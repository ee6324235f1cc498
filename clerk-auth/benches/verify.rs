//! The cost of verifying a session token, compared with the signature alone and with `jsonwebtoken::decode`.
//!
//! Criterion measures each separately. The ratios at the end are from rounds in which all take turns, so that
//! other load on the machine affects them equally: medians of the ratios of the rounds, in time of the clock
//! and of the processor. `cargo bench -p clerk-auth --features testing`

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clerk_auth::testing::TestKey;
use clerk_auth::{SessionClaims, TokenVerifier};
use criterion::Criterion;
use jsonwebtoken::crypto::aws_lc;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

fn main() {
    // Another crate in the build may turn on the other provider; then there is no default.
    let _ = aws_lc::DEFAULT_PROVIDER.install_default();
    let contest = Contest::new();
    let mut criterion = Criterion::default().configure_from_args();
    for (name, run) in CONTESTANTS {
        criterion.bench_function(name, |bencher| bencher.iter(|| run(&contest)));
    }
    criterion.final_summary();
    // `cargo test` runs it once, as a test.
    if std::env::args().any(|argument| argument == "--bench") {
        report(&contest);
    }
}

struct Contest {
    token: String,
    key: ParsedPublicKey,
    signed: String,
    signature: Vec<u8>,
    verifier: TokenVerifier,
    remembering: TokenVerifier,
    decoding_key: DecodingKey,
    validation: Validation,
}

type Run = fn(&Contest);

const CONTESTANTS: [(&str, Run); 4] = [
    ("signature alone", Contest::signature),
    ("TokenVerifier::verify", Contest::verify),
    ("jsonwebtoken::decode", Contest::decode),
    ("TokenVerifier::verify, remembered", Contest::remembered),
];

impl Contest {
    fn new() -> Self {
        let key = TestKey::shared();
        let token = key
            .session_token("user_2abcdefghijklmnopqrstuvwxyz")
            .session_id("sess_2abcdefghijklmnopqrstuvwxyz")
            .authorized_party("https://app.example.com")
            .organization("org_2abcdefghijklmnopqrstuvwxyz")
            .slug("example")
            .role("org:admin")
            .permissions(["org:invoices:read", "org:invoices:create", "org:teams:read"])
            .plans(["o:business"])
            .lifetime(Duration::from_secs(3600))
            .mint();
        let (signed, signature) = token.rsplit_once('.').expect("a token has three parts");
        let builder = || {
            let builder = TokenVerifier::builder().jwt_key(key.public_key_pem());
            builder.authorized_parties(["https://app.example.com"])
        };
        let ready = "the key and the options are sound";
        let jwks = key.jwks();
        let number = |name: &str| jwks["keys"][0][name].as_str().unwrap_or_default();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_nbf = true;
        Self {
            signed: signed.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).expect(ready),
            key: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der(key)).expect(ready),
            verifier: builder().build().expect(ready),
            remembering: builder().token_cache_size(100).build().expect(ready),
            decoding_key: DecodingKey::from_rsa_components(number("n"), number("e")).expect(ready),
            validation,
            token,
        }
    }

    fn signature(&self) {
        let verified = self.key.verify_sig(self.signed.as_bytes(), &self.signature);
        assert!(black_box(verified).is_ok(), "the signature is good");
    }

    fn verify(&self) {
        black_box(verify(&self.verifier, &self.token));
    }

    fn remembered(&self) {
        black_box(verify(&self.remembering, &self.token));
    }

    fn decode(&self) {
        let decoded =
            jsonwebtoken::decode::<Claims>(&self.token, &self.decoding_key, &self.validation);
        black_box(decoded.expect("the token is good"));
    }
}

/// The claims that an application would read.
#[derive(Deserialize)]
#[expect(dead_code, reason = "they are only decoded")]
struct Claims {
    sub: String,
    sid: Option<String>,
    iss: Option<String>,
    azp: Option<String>,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    v: Option<u32>,
    sts: Option<String>,
    fva: Option<(f64, f64)>,
    o: Option<Organization>,
    fea: Option<String>,
    pla: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are only decoded")]
struct Organization {
    id: String,
    slg: Option<String>,
    rol: Option<String>,
    per: Option<String>,
    fpm: Option<String>,
}

/// The public key in the form for verifying signatures.
fn der(key: &TestKey) -> Vec<u8> {
    let lines = key.public_key_pem().lines();
    let base64: String = lines.filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(base64).expect("a PEM has base64 in it")
}

/// With a local key, the future is ready at once, so no runtime is measured.
fn verify(verifier: &TokenVerifier, token: &str) -> Arc<SessionClaims> {
    let future = pin!(verifier.verify(black_box(token)));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(claims) => claims.expect("the token is good"),
        Poll::Pending => unreachable!("the key is at hand"),
    }
}

/// The duration of a turn, in wall-clock and processor time.
#[derive(Clone, Copy)]
struct Turn([Duration; 2]);

const ROUNDS: usize = 1000;
const RUNS_OF_A_TURN: u32 = 20;

#[expect(clippy::print_stdout, reason = "that is what a report is for")]
fn report(contest: &Contest) {
    let rounds: Vec<[Turn; CONTESTANTS.len()]> = (0..ROUNDS)
        .map(|_| CONTESTANTS.map(|(_, run)| turn(|| run(contest))))
        .collect();
    println!(
        "\nA token of {} bytes; medians of {ROUNDS} rounds:",
        contest.token.len()
    );
    for (index, (name, _)) in CONTESTANTS.iter().enumerate() {
        let [clock, processor] =
            [0, 1].map(|kind| median(rounds.iter().map(|round| micros(round[index].0[kind]))));
        println!("{name:36} {clock:8.2} µs by the clock {processor:8.2} µs of the processor");
    }
    let ratios = [
        ("verify / signature alone", 1, 0, "at most 1.25"),
        ("verify / jsonwebtoken::decode", 1, 2, "at most 0.90"),
        ("verify / remembered", 1, 3, "at least 10"),
    ];
    for (name, above, below, limit) in ratios {
        let [clock, processor] = [0, 1].map(|kind| {
            median(
                rounds
                    .iter()
                    .map(|round| micros(round[above].0[kind]) / micros(round[below].0[kind])),
            )
        });
        println!("{name:36} {clock:8.3} by the clock {processor:8.3} of the processor ({limit})");
    }
}

fn turn(run: impl Fn()) -> Turn {
    let (clock, processor) = (Instant::now(), processor_time());
    for _ in 0..RUNS_OF_A_TURN {
        run();
    }
    let processor = processor_time().saturating_sub(processor);
    Turn([clock.elapsed(), processor].map(|time| time / RUNS_OF_A_TURN))
}

fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
