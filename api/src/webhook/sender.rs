//! Sending one message: signed, to an address that may be called, without following anywhere else.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
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

fn may_call(address: IpAddr, networks: &[IpNet], public: bool) -> bool {
    let address = address.to_canonical();
    let within = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
    within(networks) || (public && !within(&SPECIAL))
}

/// What is not the Internet: the special-purpose addresses of IANA's registries (RFC 6890) that are not globally reachable,
/// multicast, and what embeds addresses of IPv4.
static SPECIAL: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let networks = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ];
    networks
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_internet_is_called_and_what_the_settings_name() {
        let own: [IpNet; 1] = ["10.1.0.0/16".parse().unwrap()];
        let may = |address: &str, public| may_call(address.parse().unwrap(), &own, public);
        for address in ["93.184.215.14", "2606:2800:21f:cb07::1", "8.8.8.8"] {
            assert!(may(address, true) && !may(address, false), "{address}");
        }
        for address in [
            "127.0.0.1",
            "0.0.0.0",
            "10.0.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
        ] {
            assert!(!may(address, true), "{address}");
        }
        assert!(may("10.1.2.3", true) && may("10.1.2.3", false));
        assert!(may("::ffff:10.1.2.3", false));
    }

    #[test]
    fn every_special_network_can_be_read() {
        assert_eq!(SPECIAL.len(), 28);
    }

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
