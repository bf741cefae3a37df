//! E-mail address.

use serde::Serialize;

use crate::fault::Rule;
use crate::text::checked_text;

const MAX: usize = 254;
const MAX_LOCAL: usize = 64;
const MAX_LABEL: usize = 63;

/// An e-mail address as the WHATWG HTML standard has it for forms (a narrower reading of RFC 5322
/// that real addresses meet), within the limits of RFC 5321, with a dot in its domain.
///
/// The domain is in lower case; the local part is kept, since only its own server may fold it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Email(String);

checked_text!(Email);

impl Email {
    /// Checks an address. Nothing is trimmed: a space is [`Rule::Charset`], and so is a letter
    /// outside ASCII, because mail servers here do not offer SMTPUTF8.
    pub fn parse(raw: &str) -> Result<Email, Rule> {
        if !raw.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Rule::Charset);
        }
        let (local, domain) = raw.rsplit_once('@').ok_or(Rule::Format)?;
        if raw.len() > MAX || local.len() > MAX_LOCAL {
            return Err(Rule::Length);
        }
        if !is_local_part(local) || !is_domain(domain) {
            return Err(Rule::Format);
        }
        Ok(Email(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// What tells mailboxes apart: no server that people here write to has `Biuro@` and `biuro@` as two.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

fn is_local_part(local: &str) -> bool {
    let permitted = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b);
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(permitted))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn email(raw: &str) -> Result<String, Rule> {
        Email::parse(raw).map(|email| email.to_string())
    }

    #[test]
    fn valid() {
        for valid in [
            "sekretariat@partnerstwo.example",
            "a.b+c@xn--d-xga.example",
            "kontakt@caritas-zg.example",
            "o'neil_{x}@a.b.example",
            &format!("{}@example.org", "a".repeat(64)),
        ] {
            assert_eq!(email(valid).as_deref(), Ok(valid));
        }
    }

    #[test]
    fn only_the_domain_is_folded() {
        assert_eq!(
            email("Jan.Kowalski@Example.ORG").as_deref(),
            Ok("Jan.Kowalski@example.org")
        );
    }

    #[test]
    fn one_mailbox_is_one_however_it_is_spelt() {
        let folded = |raw| Email::parse(raw).map(|email| email.folded());
        assert_eq!(folded("Biuro@X.example"), folded("biuro@x.EXAMPLE"));
    }

    #[test]
    fn invalid() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long = format!("a@{}.example", ["b".repeat(62).as_str(); 4].join("."));
        for (raw, rule) in [
            ("jan..k@example.org", Rule::Format),
            (".a@example.org", Rule::Format),
            ("a.@example.org", Rule::Format),
            ("a@localhost", Rule::Format),
            ("a@-x.example", Rule::Format),
            ("a@x-.example", Rule::Format),
            ("a@example.org.", Rule::Format),
            ("a@example..org", Rule::Format),
            ("@example.org", Rule::Format),
            ("a@", Rule::Format),
            ("a", Rule::Format),
            ("", Rule::Format),
            ("a@b@example.org", Rule::Format),
            ("\"a\"@example.org", Rule::Format),
            ("Jan<jan@example.org>", Rule::Format),
            ("ł@example.org", Rule::Charset),
            ("a@łódź.example", Rule::Charset),
            ("a b@example.org", Rule::Charset),
            ("a@example.org ", Rule::Charset),
            ("a@example.org\u{2420}", Rule::Charset),
            ("a@example.org\r\nBcc: b@example.org", Rule::Charset),
            ("a\0@example.org", Rule::Charset),
            (&long_local, Rule::Length),
            (&long, Rule::Length),
        ] {
            assert_eq!(email(raw), Err(rule), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_a_fixed_point(raw in "[a-zA-Z.+-]{1,12}@[a-zA-Z0-9.-]{1,20}") {
            if let Ok(canonical) = email(&raw) {
                prop_assert_eq!(email(&canonical), Ok(canonical));
            }
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            let _ = email(&raw);
        }
    }
}
