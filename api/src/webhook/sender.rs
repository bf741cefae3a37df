//! Sending one message: signed, to an address that may be called, without following anywhere else.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use url::{Host, Url};

use super::network::may_call;
use crate::auth::{KeysError, MasterSecret};
use crate::config::{Config, SettingError};

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long an attempt may take in all. Standard Webhooks proposes 15 to 30 seconds.
const ATTEMPT: Duration = Duration::from_secs(15);
/// The length of a secret in bytes: Standard Webhooks wants 24 to 64.
const SECRET: usize = 32;

/// What came of an attempt.
pub enum Outcome {
    /// The receiver has taken the message.
    Taken(StatusCode),
    /// The receiver wants no message any more.
    Gone,
    /// It failed; where the receiver answered, with the status and how long it asks to be left alone.
    Failed {
        /// The status of the answer.
        status: Option<StatusCode>,
        /// Why.
        error: String,
        /// What `Retry-After` said.
        wait: Option<TimeDelta>,
    },
}

/// Sends messages.
#[derive(Clone)]
pub struct Sender {
    networks: Arc<[IpNet]>,
    /// For addresses with encryption: the Internet, and the networks of the settings.
    open: Client,
    /// For addresses without: the networks of the settings alone.
    internal: Client,
}

impl Sender {
    /// As the settings say.
    pub fn new(config: &Config) -> Result<Self, SettingError> {
        let networks: Arc<[IpNet]> = config.webhook_networks()?.into();
        let client = |public: bool| {
            let networks = Arc::clone(&networks);
            let wrong = |error: reqwest::Error| SettingError {
                name: "webhook_networks",
                reason: error.to_string(),
            };
            Client::builder()
                .user_agent(concat!("Partnerstwo/", env!("CARGO_PKG_VERSION")))
                .redirect(Policy::none())
                // A proxy would resolve names by itself.
                .no_proxy()
                .connect_timeout(CONNECTING)
                .timeout(ATTEMPT)
                // Names are looked up for every attempt: what was allowed may lead elsewhere by now.
                .pool_max_idle_per_host(0)
                .dns_resolver(Arc::new(Guard { networks, public }))
                .build()
                .map_err(wrong)
        };
        Ok(Self {
            open: client(true)?,
            internal: client(false)?,
            networks,
        })
    }

    /// Whether the settings name a network of one's own that may be called.
    pub fn reaches_internal(&self) -> bool {
        !self.networks.is_empty()
    }

    /// Sends a message once, signed with each of the secrets.
    pub async fn send(
        &self,
        url: &str,
        id: &str,
        now: DateTime<Utc>,
        payload: String,
        secrets: &[Vec<u8>],
    ) -> Outcome {
        let Ok(url) = Url::parse(url) else {
            return Outcome::failed("the address cannot be read");
        };
        let public = url.scheme() == "https";
        // A name is judged by where it leads; an address is not looked up.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
            _ => None,
        };
        if address.is_some_and(|address| !may_call(address, &self.networks, public)) {
            return Outcome::failed(NOT_ALLOWED);
        }
        let client = if public { &self.open } else { &self.internal };
        let sent = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now.timestamp())
            .header("webhook-signature", signatures(id, now, &payload, secrets))
            .body(payload)
            .send()
            .await;
        // The status says it all: what else a receiver answers is not read.
        match sent {
            Err(error) => Outcome::failed(&reason(&error)),
            Ok(answer) if answer.status().is_success() => Outcome::Taken(answer.status()),
            Ok(answer) if answer.status() == StatusCode::GONE => Outcome::Gone,
            Ok(answer) => Outcome::Failed {
                error: match answer.status().is_redirection() {
                    true => "a redirect, which is not followed".to_owned(),
                    false => format!("answered {}", answer.status()),
                },
                wait: asked_wait(answer.headers(), now),
                status: Some(answer.status()),
            },
        }
    }
}

impl Outcome {
    fn failed(error: &str) -> Self {
        Self::Failed {
            status: None,
            error: error.to_owned(),
            wait: None,
        }
    }
}

/// Why no answer came: what lies at the bottom of it, without the address, which may hold a token.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let text = cause.to_string();
    text.chars().take(200).collect()
}

/// How long a receiver asks to be left alone: seconds or a date (RFC 9110, section 10.2.3).
fn asked_wait(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(seconds.into()),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now,
    };
    (wait > TimeDelta::zero()).then_some(wait)
}

/// `v1,<base64>` of each secret, separated by spaces: HMAC-SHA-256 of the id, the time in seconds and the body.
fn signatures(id: &str, now: DateTime<Utc>, payload: &str, secrets: &[Vec<u8>]) -> String {
    let signed = format!("{id}.{}.{payload}", now.timestamp());
    let signature = |secret: &Vec<u8>| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = hmac::sign(&key, signed.as_bytes());
        format!("v1,{}", BASE64.encode(tag))
    };
    secrets.iter().map(signature).collect::<Vec<_>>().join(" ")
}

/// A new secret: sealed, to be stored, and as it is shown.
pub fn fresh_secret(master: &MasterSecret) -> Result<(Vec<u8>, String), KeysError> {
    let mut secret = [0; SECRET];
    aws_lc_rs::rand::fill(&mut secret).map_err(|_| KeysError::Crypto)?;
    let shown = format!("whsec_{}", BASE64.encode(secret));
    Ok((master.encrypt(&secret)?, shown))
}

const NOT_ALLOWED: &str = "the address lies in a network that may not be called";

/// Looks names up, and lets through only where may be called: asked for every connection, so that a name that leads
/// elsewhere a moment later leads nowhere.
struct Guard {
    networks: Arc<[IpNet]>,
    public: bool,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (networks, public) = (Arc::clone(&self.networks), self.public);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|found| may_call(found.ip(), &networks, public))
                .collect();
            match allowed.is_empty() {
                true => Err(NOT_ALLOWED.into()),
                false => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification of Standard Webhooks.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = BASE64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let payload = r#"{"test": 2432232314}"#;
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let one = signatures(id, at, payload, std::slice::from_ref(&secret));
        assert_eq!(one, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(
            signatures(id, at, payload, &[secret.clone(), secret]),
            format!("{one} {one}")
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let asked = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            asked_wait(&headers, now).map(|wait| wait.num_seconds())
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Sun, 01 Mar 2026 12:01:00 GMT"), Some(60));
        assert_eq!(asked("Sun, 01 Mar 2026 11:59:00 GMT"), None);
        assert_eq!(asked("0"), None);
        assert_eq!(asked("soon"), None);
    }
}
