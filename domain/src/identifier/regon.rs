//! REGON, the statistical number of an organisation or of its local unit.

use serde::Serialize;

use super::{digit, digits_only, weighted_sum};
use crate::fault::Rule;
use crate::text::checked_text;

const WEIGHTS_9: [u32; 8] = [8, 9, 2, 3, 4, 5, 6, 7];
const WEIGHTS_14: [u32; 13] = [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8];

/// A number of the national register of entities of the economy (Act of 29 June 1995 on public
/// statistics, art. 42): nine digits, or fourteen for a local unit of the entity that the first
/// nine name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Regon(String);

checked_text!(Regon);

impl Regon {
    /// Checks a REGON. The last digit is the weighted sum of the others modulo 11, where 10 is
    /// written 0; of fourteen digits the first nine must be valid as well.
    pub fn parse(raw: &str) -> Result<Regon, Rule> {
        let digits = digits_only(raw)?;
        if digits.len() != 9 && digits.len() != 14 {
            return Err(Rule::Length);
        }
        let parent = &digits[..9];
        if parent == "000000000" {
            return Err(Rule::Format);
        }
        let right =
            checks(parent, &WEIGHTS_9) && (digits.len() == 9 || checks(digits, &WEIGHTS_14));
        if right {
            Ok(Regon(digits.to_owned()))
        } else {
            Err(Rule::Checksum)
        }
    }

    /// Whether this is a local unit (fourteen digits).
    pub fn is_local_unit(&self) -> bool {
        self.0.len() == 14
    }
}

fn checks(digits: &str, weights: &[u32]) -> bool {
    weighted_sum(digits, weights) % 11 % 10 == digit(digits, weights.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identifier::tests::with_digit;

    fn regon(raw: &str) -> Result<String, Rule> {
        Regon::parse(raw).map(|regon| regon.to_string())
    }

    #[test]
    fn valid() {
        for valid in [
            "123456785",
            "000331501",
            "990000000",
            "12345678512347",
            "00033150100000",
            "99000000000017",
        ] {
            assert_eq!(regon(valid).as_deref(), Ok(valid));
        }
        assert_eq!(regon(" 123456785 ").as_deref(), Ok("123456785"));
        assert_eq!(
            Regon::parse("12345678512347").map(|r| r.is_local_unit()),
            Ok(true)
        );
        assert_eq!(
            Regon::parse("123456785").map(|r| r.is_local_unit()),
            Ok(false)
        );
    }

    #[test]
    fn invalid() {
        for (raw, rule) in [
            ("123456786", Rule::Checksum),
            ("990000013", Rule::Checksum),
            ("12345678512348", Rule::Checksum),
            ("12345678612342", Rule::Checksum), // the outer sum is right, the inner nine are not
            ("000000000", Rule::Format),
            ("00000000000000", Rule::Format),
            ("12345678", Rule::Length),
            ("1234567851234", Rule::Length),
            ("", Rule::Length),
            ("123-456-785", Rule::Charset),
            ("12345678٥", Rule::Charset),
        ] {
            assert_eq!(regon(raw), Err(rule), "{raw}");
        }
    }

    prop_compose! {
        fn valid_regon()(body in "[0-9]{7}[1-9]", unit in prop::option::of("[0-9]{4}")) -> String {
            let parent = format!("{body}{}", weighted_sum(&body, &WEIGHTS_9) % 11 % 10);
            match unit {
                None => parent,
                Some(unit) => {
                    let body = format!("{parent}{unit}");
                    format!("{body}{}", weighted_sum(&body, &WEIGHTS_14) % 11 % 10)
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_a_fixed_point(valid in valid_regon()) {
            prop_assert_eq!(regon(&valid), Ok(valid));
        }

        // Remainders 10 and 0 are both written 0, so only numbers that end in another digit are safe.
        #[test]
        fn a_change_of_one_digit_is_refused(body in "[0-9]{7}[1-9]", at in 0_usize..9, new in 0_u8..10) {
            let check = weighted_sum(&body, &WEIGHTS_9) % 11 % 10;
            let valid = format!("{body}{check}");
            let changed = with_digit(&valid, at, new);
            if check != 0 && changed != valid {
                prop_assert_eq!(regon(&changed), Err(Rule::Checksum));
            }
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            let _ = regon(&raw);
        }
    }
}
