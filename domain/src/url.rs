//! Web addresses of institutions and of the pages where something was posted.

use serde::Serialize;
use url::Host;

use crate::fault::Rule;
use crate::text::{checked_text, is_bidi_control};

/// The longest address that is kept, in characters.
const MAX: usize = 2000;

/// A public `http` or `https` address, in the canonical form of the WHATWG URL standard (host in
/// lower case and punycode, path never empty).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Url(String);

checked_text!(Url);

impl Url {
    /// Checks a web address: [`Rule::Length`] when it is too long, [`Rule::Format`] otherwise.
    ///
    /// Refused: other schemes (`javascript:` would run when shown as a link), credentials, and
    /// hosts that are no public name: `localhost`, a name without a dot, an IP address.
    pub fn parse(raw: &str) -> Result<Url, Rule> {
        let raw = raw.trim();
        if raw.chars().count() > MAX {
            return Err(Rule::Length);
        }
        // The standard tells browsers to repair these; what must be repaired was not meant so.
        let unclean =
            |c: char| c.is_control() || c.is_whitespace() || c == '\\' || is_bidi_control(c);
        if raw.chars().any(unclean) || !has_web_scheme(raw) {
            return Err(Rule::Format);
        }
        let url = url::Url::parse(raw).map_err(|_| Rule::Format)?;
        if !url.username().is_empty() || url.password().is_some() || !is_public_name(url.host()) {
            return Err(Rule::Format);
        }
        // Letters outside ASCII take more room once encoded.
        if url.as_str().len() > MAX {
            return Err(Rule::Length);
        }
        Ok(Url(url.into()))
    }
}

impl Url {
    /// The same for the web address of an institution, which registers and people also write without a scheme: `WWW.X.PL`.
    pub fn parse_website(raw: &str) -> Result<Url, Rule> {
        let raw = raw.trim();
        match raw.contains("://") || raw.starts_with('/') {
            true => Self::parse(raw),
            false => Self::parse(&format!("https://{raw}")),
        }
    }
}

fn has_web_scheme(raw: &str) -> bool {
    let scheme = raw
        .split_once("://")
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

fn is_public_name(host: Option<Host<&str>>) -> bool {
    let Some(Host::Domain(name)) = host else {
        return false;
    };
    let labels: Vec<&str> = name.strip_suffix('.').unwrap_or(name).split('.').collect();
    labels.len() > 1
        && labels.iter().all(|label| !label.is_empty())
        && labels.last() != Some(&"localhost")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(raw: &str) -> Result<String, Rule> {
        Url::parse(raw).map(|url| url.to_string())
    }

    #[test]
    fn web_addresses_become_canonical() {
        for (raw, canonical) in [
            ("https://caritas-zg.example/", "https://caritas-zg.example/"),
            (
                "  HTTPS://Caritas-ZG.example ",
                "https://caritas-zg.example/",
            ),
            (
                "http://owes.example:8080/a?b=c#d",
                "http://owes.example:8080/a?b=c#d",
            ),
            (
                "https://łódź.example/ż",
                "https://xn--d-uga0v4h.example/%C5%BC",
            ),
            (
                "https://caritas-zg.example/komunikat-2016-1",
                "https://caritas-zg.example/komunikat-2016-1",
            ),
        ] {
            assert_eq!(url(raw).as_deref(), Ok(canonical));
        }
    }

    #[test]
    fn what_is_no_public_web_address_is_refused() {
        for raw in [
            "",
            "www.example.org",
            "//example.org/",
            "https:",
            "https://",
            "https:example.org",
            "ftp://example.org/",
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "mailto:a@example.org",
            "https://user@example.org/",
            "https://user:pass@example.org/",
            "https://:pass@example.org/",
            "http://localhost/",
            "http://localhost./",
            "http://a.localhost/",
            "http://intranet/",
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://.example/",
            "http://a..example/",
            "http://./",
            "https://exa mple.org/",
            "https://example.org/a b",
            "https://exam\nple.org/",
            "https://example.org\\@evil.example/",
            "https:\\\\example.org/",
            "https://example.org/\u{202e}x",
            "https://example.org/\0",
        ] {
            assert_eq!(url(raw), Err(Rule::Format), "{raw:?}");
        }
    }

    #[test]
    fn a_website_may_go_without_its_scheme() {
        for (raw, canonical) in [
            (" WWW.X.PL ", "https://www.x.pl/"),
            ("x.pl/kontakt", "https://x.pl/kontakt"),
            ("x.pl:8080", "https://x.pl:8080/"),
            ("http://x.pl", "http://x.pl/"),
        ] {
            let website = Url::parse_website(raw).map(|url| url.to_string());
            assert_eq!(website.as_deref(), Ok(canonical));
        }
        for raw in [
            "",
            "-",
            "brak",
            "nie posiada",
            "//x.pl",
            "ftp://x.pl",
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@x.pl",
            "a@x.pl",
            "x.pl; y.pl",
            "http:/x.pl",
            "127.0.0.1",
            "localhost",
        ] {
            assert_eq!(Url::parse_website(raw), Err(Rule::Format), "{raw}");
        }
    }

    #[test]
    fn the_length_is_bounded_before_and_after_encoding() {
        let start = "https://example.org/";
        let of = |letter: &str, n: usize| format!("{start}{}", letter.repeat(n));
        assert!(url(&of("a", MAX - start.len())).is_ok());
        assert_eq!(url(&of("a", MAX - start.len() + 1)), Err(Rule::Length));
        assert_eq!(url(&of("ż", 1000)), Err(Rule::Length));
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_a_fixed_point(rest in "[^\\s]{0,40}") {
            if let Ok(canonical) = url(&format!("https://example.org/{rest}")) {
                prop_assert_eq!(url(&canonical), Ok(canonical));
            }
        }
    }
}
