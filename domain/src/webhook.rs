//! Webhooks: where the program tells another system what changed (Standard Webhooks 1.0), and how it persists in telling it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::account::Account;
use crate::access::audience::Seen;
use crate::check;
use crate::fault::{Faults, Rule};
use crate::identifier::Email;
use crate::link::Link;
use crate::partnership::Partnership;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};
use crate::state::Machine;

/// Into which state somebody may bring a webhook. The program pauses one whose receiver has failed for long, and ends one
/// whose receiver answers that it is gone.
pub const TRANSITIONS: Machine = Machine(&[
    ("active", &["paused"]),
    ("paused", &["active"]),
    ("ended", &[]),
]);

/// The longest address, in characters.
const MAX_URL: usize = 2000;
/// The longest list of types of events.
const MAX_EVENT_TYPES: usize = 100;

/// A webhook: the receiver of a service, which is told there what it may see. Its secrets are no part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The service; one's own account when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = "account", example = "0198c0de-0000-7000-8000-000000000031")]
    pub account: Link<Account>,
    /// What tells it from others, for people.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "ROPS, system sprawozdawczy"
    )]
    pub name: String,
    /// Where messages are sent: `https`, without credentials. `http` is for receivers in networks that the installation's
    /// settings name.
    #[schema(
        max_length = 2000,
        format = "uri",
        example = "https://rops.example/partnerstwo"
    )]
    pub url: String,
    /// Of what: `<kind>.<operation>` or `<kind>.*`, with the codes of the vocabularies `record_kinds` and
    /// `change_operations`; of everything when empty.
    #[serde(default)]
    #[schema(max_length = 100, max_items = 100, example = json!(["meeting.published", "recommendation.*"]))]
    pub event_types: Vec<String>,
    /// The one partnership of which it is told, and of institutions; all when absent.
    #[schema(value_type = Option<String>, format = "link", example = "partnerstwo-lubuskie")]
    pub partnership: Option<Link<Partnership>>,
    /// Who is written to when it is paused because its receiver fails; administrators when absent.
    #[schema(max_length = 254, example = "dyzur@rops.example")]
    pub contact_email: Option<String>,
    /// Code of the vocabulary `webhook_statuses`. `paused`: by somebody, or because the receiver failed for three days; what
    /// happens meanwhile is told once it is active again. `ended`: the receiver answered 410.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "webhook_statuses", read_only, example = "active")]
    pub status: String,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Webhook {
    const KIND: Kind = Kind::Webhook;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }
}

/// The type of an event: what happened to which kind of record, such as `meeting.published`.
pub fn event_type(kind: Kind, op: Seen) -> String {
    format!("{}.{}", kind.name(), op.code())
}

/// The kind and the operation of a type of events; no operation where it stands for all.
fn parse_event_type(text: &str) -> Option<(Kind, Option<Seen>)> {
    let (kind, op) = text.split_once('.')?;
    let known = |code| Seen::ALL.into_iter().find(|seen| seen.code() == code);
    let op = match op {
        "*" => None,
        code => Some(known(code)?),
    };
    Some((Kind::from_name(kind)?, op))
}

impl Webhook {
    /// The kinds of records of which it is told something; of all when empty.
    pub fn kinds(&self) -> Vec<Kind> {
        let types = self.event_types.iter();
        let mut kinds: Vec<Kind> = types
            .filter_map(|text| Some(parse_event_type(text)?.0))
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Whether it is told of what happened to a record.
    pub fn wants(&self, kind: Kind, op: Seen) -> bool {
        let mut wanted = self
            .event_types
            .iter()
            .filter_map(|text| parse_event_type(text));
        self.event_types.is_empty()
            || wanted.any(|(of, only)| of == kind && only.is_none_or(|only| only == op))
    }

    /// The webhook in another state.
    pub fn entered(self, status: &str) -> Self {
        Self {
            status: status.to_owned(),
            ..self
        }
    }
}

impl Webhook {
    /// Notes an address without encryption: that is for receivers in one's own network, where some is `internal`.
    pub fn check_encryption(&self, internal: bool, f: &mut Faults) {
        if !internal && receiver(&self.url).is_ok_and(|url| url.scheme() == "http") {
            f.add("/url", Rule::Format);
        }
    }
}

impl Shape for Webhook {
    fn keep(&mut self, stored: &Self) {
        self.status.clone_from(&stored.status);
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        self.name = check::line(f, "/name", &self.name, 200);
        self.url = check::required(f, "/url", &self.url, receiver);
        if self.event_types.len() > MAX_EVENT_TYPES {
            f.add("/event_types", Rule::Length);
        }
        for (index, text) in self.event_types.iter().enumerate() {
            let pointer = format!("/event_types/{index}");
            if parse_event_type(text).is_none() {
                f.add(pointer, Rule::UnknownCode);
            } else if self.event_types[..index].contains(text) {
                f.add(pointer, Rule::Duplicate);
            }
        }
        let contact = self.contact_email.as_deref();
        self.contact_email = check::optional(f, "/contact_email", contact, Email::parse);
        f.external_ids(&mut self.external_ids);
    }
}

/// The address of a receiver in its canonical form: with encryption, without credentials. Which network it lies in is seen
/// when it is called.
fn receiver(raw: &str) -> Result<Url, Rule> {
    if raw.chars().count() > MAX_URL {
        return Err(Rule::Length);
    }
    let url = Url::parse(raw.trim()).map_err(|_| Rule::Format)?;
    let scheme = ["https", "http"].contains(&url.scheme());
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    match scheme && plain && url.has_host() {
        true => Ok(url),
        false => Err(Rule::Format),
    }
}

/// Waits before each attempt after the first, as Standard Webhooks proposes: about three days in all.
const WAITS: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// The longest wait that a receiver may ask for.
const LONGEST_ASKED: TimeDelta = TimeDelta::hours(24);
/// The longest time without any attempt at a receiver that fails.
const LONGEST_REST: TimeDelta = TimeDelta::hours(1);
/// After so long without a success, a webhook is paused.
const PATIENCE: TimeDelta = TimeDelta::days(3);

/// How long after its last attempt a message is tried again; not at all after the last one. A receiver may ask for more time.
pub fn wait_after(attempts: u32, asked: Option<TimeDelta>) -> Option<TimeDelta> {
    let wait = WAITS.get(attempts.checked_sub(1)? as usize)?;
    Some(asked.map_or(*wait, |asked| asked.min(LONGEST_ASKED).max(*wait)))
}

/// How long a receiver that failed so often in a row is left alone, so that messages that wait do not all run into it.
pub fn rest_after(failures: u32, asked: Option<TimeDelta>) -> TimeDelta {
    let doubled = TimeDelta::seconds(5 << failures.saturating_sub(1).min(10)).min(LONGEST_REST);
    asked.map_or(doubled, |asked| asked.min(LONGEST_ASKED).max(doubled))
}

/// Whether a receiver has failed for so long that it is not tried any more.
pub fn is_given_up(failing_since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - failing_since >= PATIENCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::on;

    fn of_rops() -> Webhook {
        Webhook {
            name: "ROPS".into(),
            url: "https://rops.example/hooks".into(),
            ..Webhook::default()
        }
    }

    fn checked(webhook: Webhook, internal: bool) -> Result<Webhook, Faults> {
        let mut faults = Faults::new();
        webhook.check_encryption(internal, &mut faults);
        Ok(webhook
            .checked_with(&on("2016-03-01"), faults)?
            .into_inner())
    }

    fn faults(webhook: Webhook) -> Vec<(String, Rule)> {
        let checked = checked(webhook, false);
        let faults = checked.err().map(Faults::into_vec).unwrap_or_default();
        faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.rule))
            .collect()
    }

    #[test]
    fn a_receiver_is_called_with_encryption_and_without_credentials() {
        assert_eq!(faults(of_rops()), []);
        for url in [
            "http://rops.example/",
            "ftp://rops.example/",
            "https://user:pass@rops.example/",
            "https://rops.example/#part",
            "https://",
            "rops.example",
        ] {
            let wrong = Webhook {
                url: url.into(),
                ..of_rops()
            };
            assert_eq!(faults(wrong), [("/url".into(), Rule::Format)], "{url}");
        }
        let internal = Webhook {
            url: "http://10.0.0.5:9000/".into(),
            ..of_rops()
        };
        assert!(checked(internal.clone(), false).is_err());
        assert!(checked(internal, true).is_ok());
    }

    #[test]
    fn types_of_events_are_kinds_and_operations() {
        let of = |types: &[&str]| Webhook {
            event_types: types.iter().map(|text| (*text).to_owned()).collect(),
            ..of_rops()
        };
        let wrong = of(&[
            "meeting.*",
            "meeting",
            "meeting.opened",
            "nothing.*",
            "meeting.*",
        ]);
        let pointer = |index| format!("/event_types/{index}");
        assert_eq!(
            faults(wrong),
            [
                (pointer(1), Rule::UnknownCode),
                (pointer(2), Rule::UnknownCode),
                (pointer(3), Rule::UnknownCode),
                (pointer(4), Rule::Duplicate),
            ]
        );
        let some = checked(of(&["meeting.published", "recommendation.*"]), false).unwrap();
        assert_eq!(some.kinds(), [Kind::Meeting, Kind::Recommendation]);
        assert!(some.wants(Kind::Meeting, Seen::Published));
        assert!(!some.wants(Kind::Meeting, Seen::Updated));
        assert!(some.wants(Kind::Recommendation, Seen::Updated));
        assert!(!some.wants(Kind::Posting, Seen::Created));
        let all = checked(of(&[]), false).unwrap();
        assert!(all.kinds().is_empty() && all.wants(Kind::Posting, Seen::Created));
    }

    #[test]
    fn a_message_is_tried_for_about_three_days() {
        let mut sum = TimeDelta::zero();
        let mut attempts = 1;
        while let Some(wait) = wait_after(attempts, None) {
            sum += wait;
            attempts += 1;
        }
        assert_eq!(attempts, 10);
        assert!(sum >= PATIENCE && sum < TimeDelta::days(4), "{sum}");
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_less_nor_for_ever() {
        let asked = |seconds| Some(TimeDelta::seconds(seconds));
        assert_eq!(wait_after(1, asked(60)), asked(60));
        assert_eq!(wait_after(1, asked(1)), asked(5));
        assert_eq!(wait_after(1, asked(1_000_000)), Some(LONGEST_ASKED));
        assert_eq!(wait_after(10, asked(60)), None);
        assert_eq!(wait_after(0, None), None);
        assert_eq!(rest_after(1, None), TimeDelta::seconds(5));
        assert_eq!(rest_after(3, None), TimeDelta::seconds(20));
        assert_eq!(rest_after(u32::MAX, None), LONGEST_REST);
        assert_eq!(rest_after(1, asked(7200)), TimeDelta::hours(2));
    }
}
