//! NIP, the tax identification number.

use serde::Serialize;

use super::{digit, weighted_sum};
use crate::fault::Rule;
use crate::text::checked_text;

const WEIGHTS: [u32; 9] = [6, 5, 7, 2, 3, 4, 5, 6, 7];

/// A tax identification number (Act of 13 October 1995 on the registration and identification of
/// taxpayers), ten digits.
///
/// Not unique: since VAT was centralised in 2017 the units of a commune often use the commune's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Nip(String);

checked_text!(Nip);

impl Nip {
    /// Reads a NIP as people write it: `PL` may stand before it, spaces and dashes within it.
    ///
    /// The first three digits are a tax office (none starts with 0, none ends in 00). The last
    /// digit is the weighted sum of the others modulo 11; where that is 10, no NIP is issued.
    pub fn parse(raw: &str) -> Result<Nip, Rule> {
        let raw = raw.trim();
        let national = raw.strip_prefix("PL").unwrap_or(raw);
        let separator = |c: char| matches!(c, ' ' | '\u{a0}' | '-' | '\u{2013}' | '\u{2014}');
        let digits: String = national.chars().filter(|&c| !separator(c)).collect();
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Rule::Charset);
        }
        if digits.len() != 10 {
            return Err(Rule::Length);
        }
        if digits.starts_with('0') || digits[1..].starts_with("00") {
            return Err(Rule::Prefix);
        }
        if weighted_sum(&digits, &WEIGHTS) % 11 != digit(&digits, 9) {
            return Err(Rule::Checksum);
        }
        Ok(Nip(digits))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identifier::tests::with_digit;

    fn nip(raw: &str) -> Result<String, Rule> {
        Nip::parse(raw).map(|nip| nip.to_string())
    }

    #[test]
    fn valid() {
        for valid in ["1234563218", "5260250274", "9990000008", "9990000014"] {
            assert_eq!(nip(valid).as_deref(), Ok(valid));
        }
        for typed in [
            "PL 123-456-32-18",
            "123 456 32 18",
            "PL1234563218",
            " 1234563218\n",
            "123\u{a0}456\u{a0}32\u{a0}18",
            "123–456—32-18",
        ] {
            assert_eq!(nip(typed).as_deref(), Ok("1234563218"), "{typed}");
        }
    }

    #[test]
    fn invalid() {
        for (raw, rule) in [
            ("1234563219", Rule::Checksum),
            ("9990000015", Rule::Checksum),
            ("0001234567", Rule::Prefix),
            ("1004563218", Rule::Prefix),
            ("123456321", Rule::Length),
            ("12345632180", Rule::Length),
            ("", Rule::Length),
            ("PL", Rule::Length),
            ("DE1234563218", Rule::Charset),
            ("PLPL1234563218", Rule::Charset),
            ("１２３４５６３２１８", Rule::Charset),
            ("123456321٨", Rule::Charset),
        ] {
            assert_eq!(nip(raw), Err(rule), "{raw}");
        }
    }

    #[test]
    fn no_check_digit_fits_where_the_remainder_is_ten() {
        for check in 0..10 {
            assert_eq!(nip(&format!("999000005{check}")), Err(Rule::Checksum));
        }
    }

    prop_compose! {
        fn valid_nip()(body in "[1-9][0-9]{8}") -> Option<String> {
            let digits = format!("{body}{}", weighted_sum(&body, &WEIGHTS) % 11);
            Nip::parse(&digits).ok().map(|nip| nip.to_string())
        }
    }

    proptest! {
        #[test]
        fn every_change_of_one_digit_is_refused(valid in valid_nip(), at in 0_usize..10, new in 0_u8..10) {
            let Some(valid) = valid else { return Ok(()) };
            let changed = with_digit(&valid, at, new);
            prop_assert_eq!(nip(&changed).is_ok(), changed == valid);
        }

        #[test]
        fn the_canonical_form_is_a_fixed_point(valid in valid_nip()) {
            let Some(valid) = valid else { return Ok(()) };
            prop_assert_eq!(nip(&valid), Ok(valid.clone()));
            let typed = format!("PL {}-{}-{}-{}", &valid[..3], &valid[3..6], &valid[6..8], &valid[8..]);
            prop_assert_eq!(nip(&typed), Ok(valid));
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            if let Ok(canonical) = nip(&raw) { prop_assert_eq!(canonical.len(), 10) }
        }
    }
}
