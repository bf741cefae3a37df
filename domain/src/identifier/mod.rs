//! Identifiers that Polish registers, offices and networks give out: one file each.
//!
//! A value is stored in one canonical form, and a refusal says which rule was broken. Digits are
//! `0`–`9` only: Unicode knows many more, and no register uses them.

pub mod case_mark;
pub mod edelivery;
pub mod email;
pub mod krs;
pub mod nip;
pub mod pesel;
pub mod phone;
pub mod postal_code;
pub mod regon;
pub mod terc;

pub use case_mark::CaseMark;
pub use edelivery::EDeliveryAddress;
pub use email::Email;
pub use krs::Krs;
pub use nip::Nip;
pub use phone::Phone;
pub use postal_code::PostalCode;
pub use regon::Regon;
pub use terc::Terc;

use crate::fault::Rule;

/// Trims, then lets only digits pass.
fn digits_only(raw: &str) -> Result<&str, Rule> {
    let digits = raw.trim();
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(Rule::Charset)
    }
}

/// The sum of the digits, each times its weight. Callers have checked that these are digits.
fn weighted_sum(digits: &str, weights: &[u32]) -> u32 {
    digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum()
}

/// The digit at a position. Callers have checked that these are digits.
fn digit(digits: &str, position: usize) -> u32 {
    u32::from(digits.as_bytes()[position] - b'0')
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::slug::Slug;
    use crate::url::Url;

    /// The same digits with the one at `position` replaced.
    pub fn with_digit(digits: &str, position: usize, digit: u8) -> String {
        let mut bytes = digits.as_bytes().to_vec();
        bytes[position] = b'0' + digit;
        bytes.into_iter().map(char::from).collect()
    }

    /// Every identifier of the reference year is read, and is already in its canonical form.
    #[test]
    fn the_reference_year_is_read() {
        let file: Value =
            serde_json::from_str(include_str!("../../data/lubuskie-2016.json")).unwrap_or_default();
        let mut read = 0;
        visit(&file, "", &mut |field, value| {
            let canonical = match field {
                "nip" => Nip::parse(value).map(|v| v.to_string()),
                "regon" => Regon::parse(value).map(|v| v.to_string()),
                "krs" => Krs::parse(value).map(|v| v.to_string()),
                "postal_code" => PostalCode::parse(value).map(|v| v.to_string()),
                "seat_terc" | "serves_terc" | "area_terc" => {
                    Terc::parse(value).map(|v| v.to_string())
                }
                "phone" => Phone::parse(value).map(|v| v.to_string()),
                "email" => Email::parse(value).map(|v| v.to_string()),
                "website" | "url" => Url::parse(value).map(|v| v.to_string()),
                "slug" => Slug::parse(value).map(|v| v.to_string()),
                _ => return,
            };
            assert_eq!(canonical.as_deref(), Ok(value), "{field}");
            read += 1;
        });
        assert!(read > 800, "{read}");
    }

    fn visit<'a>(value: &'a Value, field: &'a str, look: &mut impl FnMut(&'a str, &'a str)) {
        match value {
            Value::Object(members) => members
                .iter()
                .for_each(|(name, value)| visit(value, name, look)),
            Value::Array(items) => items.iter().for_each(|item| visit(item, field, look)),
            Value::String(text) => look(field, text),
            _ => {}
        }
    }
}
