//! KRS, the number in the National Court Register.

use serde::Serialize;

use super::digits_only;
use crate::fault::Rule;
use crate::text::checked_text;

/// A number in the National Court Register (Act of 20 August 1997): ten digits without a check
/// digit. Leading zeros belong to it. Public bodies without legal personality have none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Krs(String);

checked_text!(Krs);

impl Krs {
    /// Checks a KRS number. A short one is refused rather than padded: only a person can tell a
    /// left-out zero from a lost digit.
    pub fn parse(raw: &str) -> Result<Krs, Rule> {
        let digits = digits_only(raw)?;
        if digits.len() != 10 {
            return Err(Rule::Length);
        }
        if digits == "0000000000" {
            return Err(Rule::Format);
        }
        Ok(Krs(digits.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn krs(raw: &str) -> Result<String, Rule> {
        Krs::parse(raw).map(|krs| krs.to_string())
    }

    #[test]
    fn valid() {
        for valid in ["0000028860", "0009900001"] {
            assert_eq!(krs(valid).as_deref(), Ok(valid));
        }
        assert_eq!(krs(" 0000028860 ").as_deref(), Ok("0000028860"));
    }

    #[test]
    fn invalid() {
        for (raw, rule) in [
            ("28860", Rule::Length),
            ("00000288601", Rule::Length),
            ("", Rule::Length),
            ("000002886X", Rule::Charset),
            ("000002886٠", Rule::Charset),
            ("0000000000", Rule::Format),
        ] {
            assert_eq!(krs(raw), Err(rule), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn ten_digits_stay_as_they_are(digits in "[0-9]{9}[1-9]") {
            prop_assert_eq!(krs(&digits), Ok(digits));
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            if let Ok(canonical) = krs(&raw) { prop_assert_eq!(canonical.len(), 10) }
        }
    }
}
