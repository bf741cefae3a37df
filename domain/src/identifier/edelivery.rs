//! Address for electronic delivery (ADE, e-Doręczenia).

use serde::Serialize;

use crate::fault::Rule;
use crate::text::checked_text;

/// How an address looks: `0` stands for a digit, `A` for a capital, the rest for itself.
const SHAPE: &str = "AE:PL-00000-00000-AAAAA-00";
const PREFIX: &str = "AE:PL-";

/// An address for electronic delivery (Act of 18 November 2020 on electronic delivery), such as
/// `AE:PL-30275-59799-JADHJ-27`.
///
/// No official text of the check digits' rule is known. The one used here is that of dane.gov.pl
/// and fits nearly every address met in public; hence the two ways of reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct EDeliveryAddress(String);

checked_text!(EDeliveryAddress);

impl EDeliveryAddress {
    /// Checks an address that a person types, its check digits included.
    pub fn parse(raw: &str) -> Result<EDeliveryAddress, Rule> {
        let address = Self::parse_lenient(raw)?;
        if address.has_usual_checksum() {
            Ok(address)
        } else {
            Err(Rule::Checksum)
        }
    }

    /// Checks the shape only: for imports, where someone has already relied on the address.
    pub fn parse_lenient(raw: &str) -> Result<EDeliveryAddress, Rule> {
        let address = raw.trim();
        let permitted =
            |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b':' || b == b'-';
        if !address.bytes().all(permitted) {
            return Err(Rule::Charset);
        }
        if address.is_empty() {
            return Err(Rule::Length);
        }
        let group_prefix = &address[..address.len().min(PREFIX.len())];
        if !PREFIX.starts_with(group_prefix) {
            return Err(Rule::Prefix);
        }
        if address.len() != SHAPE.len() {
            return Err(Rule::Length);
        }
        let fits = |(place, b): (u8, u8)| match place {
            b'0' => b.is_ascii_digit(),
            b'A' => b.is_ascii_uppercase(),
            _ => b == place,
        };
        let mut groups = SHAPE.bytes().zip(address.bytes()).skip(PREFIX.len());
        if groups.all(fits) {
            Ok(EDeliveryAddress(address.to_owned()))
        } else {
            Err(Rule::Format)
        }
    }

    /// Whether the check digits are as dane.gov.pl expects them: the digit sum of the distance
    /// between the sum of the letters' ASCII codes and the sum of the two numbers.
    pub fn has_usual_checksum(&self) -> bool {
        let bytes = self.0.as_bytes();
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .fold(0_u32, |n, b| n * 10 + u32::from(b - b'0'))
        };
        let letters: u32 = bytes[18..23].iter().map(|&b| u32::from(b)).sum();
        let distance = letters.abs_diff(number(6, 11) + number(12, 17));
        digit_sum(distance) == number(24, 26)
    }
}

fn digit_sum(number: u32) -> u32 {
    if number == 0 {
        0
    } else {
        number % 10 + digit_sum(number / 10)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strict(raw: &str) -> Result<String, Rule> {
        EDeliveryAddress::parse(raw).map(|address| address.to_string())
    }

    fn lenient(raw: &str) -> Result<String, Rule> {
        EDeliveryAddress::parse_lenient(raw).map(|address| address.to_string())
    }

    #[test]
    fn valid() {
        for valid in [
            "AE:PL-00002-00000-PARTN-18",
            "AE:PL-30275-59799-JADHJ-27",
            "AE:PL-98765-43210-SFVYC-19",
            "AE:PL-42341-70981-HJUID-18",
            "AE:PL-00123-98212-POWER-36",
            "AE:PL-99911-21037-JPDGD-23",
            "AE:PL-11111-22222-AAAAA-14",
            "AE:PL-12345-67890-ABCDE-25",
        ] {
            assert_eq!(strict(valid).as_deref(), Ok(valid));
            assert_eq!(lenient(valid).as_deref(), Ok(valid));
        }
        assert_eq!(
            strict(" AE:PL-11111-22222-AAAAA-14 ").as_deref(),
            Ok("AE:PL-11111-22222-AAAAA-14")
        );
    }

    #[test]
    fn an_import_may_keep_other_check_digits() {
        for raw in ["AE:PL-11111-22222-AAAAA-33", "AE:PL-12345-67890-ABCDE-12"] {
            assert_eq!(strict(raw), Err(Rule::Checksum));
            assert_eq!(lenient(raw).as_deref(), Ok(raw));
        }
    }

    #[test]
    fn a_wrong_shape_is_refused_either_way() {
        for (raw, rule) in [
            ("ae:pl-11111-22222-aaaaa-14", Rule::Charset),
            ("AE:PL-11111-22222-AAAAĄ-14", Rule::Charset),
            ("AE:PL-11111-22222-AAAAA-1٤", Rule::Charset),
            ("AE:IT-11111-22222-AAAAA-14", Rule::Prefix),
            ("AE-PL-11111-22222-AAAAA-14", Rule::Prefix),
            ("11111-22222-AAAAA-14", Rule::Prefix),
            ("AE:PL-11111-22222-14", Rule::Length), // a group is missing
            ("AE:PL-11111-22222-AAAAA-1", Rule::Length),
            ("AE:PL-11111-22222-AAAAA-1444", Rule::Length),
            ("AE:PL", Rule::Length),
            ("", Rule::Length),
            ("AE:PL-1111A-22222-AAAAA-14", Rule::Format),
            ("AE:PL-11111-22222-AAAA1-14", Rule::Format),
            ("AE:PL-11111022222-AAAAA-14", Rule::Format),
        ] {
            assert_eq!(strict(raw), Err(rule), "{raw}");
            assert_eq!(lenient(raw), Err(rule), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn exactly_one_pair_of_check_digits_fits(start in "AE:PL-[0-9]{5}-[0-9]{5}-[A-Z]{5}-") {
            let fitting: Vec<String> = (0..100).filter_map(|n| strict(&format!("{start}{n:02}")).ok()).collect();
            prop_assert_eq!(fitting.len(), 1);
            prop_assert_eq!(strict(&fitting[0]), Ok(fitting[0].clone()));
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            if let Ok(canonical) = lenient(&raw) { prop_assert_eq!(canonical.len(), SHAPE.len()) }
        }
    }
}
