//! Polish postal code.

use serde::Serialize;

use crate::fault::Rule;
use crate::text::checked_text;

/// A postal code of Poczta Polska (PNA), `65-042`. It says nothing sure about the voivodeship:
/// 67-2xx lies in Dolnośląskie, the rest of 67 in Lubuskie.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PostalCode(String);

checked_text!(PostalCode);

impl PostalCode {
    /// Checks two digits, an ASCII hyphen, three digits.
    pub fn parse(raw: &str) -> Result<PostalCode, Rule> {
        let code = raw.trim();
        if !code.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(Rule::Charset);
        }
        if code.len() != 6 {
            return Err(Rule::Length);
        }
        match code.split_once('-') {
            Some((area, rest)) if area.len() == 2 && !rest.contains('-') => {
                Ok(PostalCode(code.to_owned()))
            }
            _ => Err(Rule::Format),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn postal_code(raw: &str) -> Result<String, Rule> {
        PostalCode::parse(raw).map(|code| code.to_string())
    }

    #[test]
    fn valid() {
        for valid in ["65-042", "66-400"] {
            assert_eq!(postal_code(valid).as_deref(), Ok(valid));
        }
        assert_eq!(postal_code(" 65-042 ").as_deref(), Ok("65-042"));
    }

    #[test]
    fn invalid() {
        for (raw, rule) in [
            ("65042", Rule::Length),
            ("65-04", Rule::Length),
            ("", Rule::Length),
            ("6-5042", Rule::Format),
            ("65--42", Rule::Format),
            ("650421", Rule::Format),
            ("65–042", Rule::Charset), // en dash
            ("AA-042", Rule::Charset),
            ("65 042", Rule::Charset),
            ("٦٥-042", Rule::Charset),
        ] {
            assert_eq!(postal_code(raw), Err(rule), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn the_shape_is_enough(code in "[0-9]{2}-[0-9]{3}") {
            prop_assert_eq!(postal_code(&code), Ok(code));
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            if let Ok(canonical) = postal_code(&raw) { prop_assert_eq!(canonical.len(), 6) }
        }
    }
}
