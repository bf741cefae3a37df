//! PESEL, the number of a natural person: recognised only to keep it out.

use chrono::NaiveDate;

use super::{digit, weighted_sum};

const WEIGHTS: [u32; 10] = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];

/// Whether the text holds a PESEL (Act of 24 September 2010 on the register of residents,
/// art. 15): eleven digits, not part of a longer row, that start with a real date of birth and
/// end in the right check digit. The answer says no more: the number must not be echoed.
pub fn contains_personal_identifier(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        if !bytes[start].is_ascii_digit() {
            start += 1;
            continue;
        }
        let length = bytes[start..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        // One in ten of the numbers +48 50x xxx xxx would be a date in 2148 with a right sum.
        let is_phone = text[..start].ends_with('+') && text[start..].starts_with("48");
        if length == 11 && !is_phone && is_pesel(&text[start..start + length]) {
            return true;
        }
        start += length;
    }
    false
}

fn is_pesel(digits: &str) -> bool {
    (10 - weighted_sum(digits, &WEIGHTS) % 10) % 10 == digit(digits, 10)
        && has_date_of_birth(digits)
}

/// The month also tells the century: 81–92 the 1800s, 01–12 the 1900s, 21–32 the 2000s, 41–52 the
/// 2100s, 61–72 the 2200s.
fn has_date_of_birth(digits: &str) -> bool {
    let pair = |at: usize| digit(digits, at) * 10 + digit(digits, at + 1);
    let (month, day) = (pair(2), pair(4));
    let century = match month / 20 {
        4 => 1800,
        0 => 1900,
        1 => 2000,
        2 => 2100,
        _ => 2200,
    };
    i32::try_from(century + pair(0))
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month % 20, day))
        .is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(date: &str, serial: &str) -> String {
        let body = format!("{date}{serial}");
        format!("{body}{}", (10 - weighted_sum(&body, &WEIGHTS) % 10) % 10)
    }

    #[test]
    fn triggers() {
        for text in [
            "44051401359",
            "02070803628",
            "PESEL:44051401359.",
            "ąę44051401359źż",
            "12 44051401359 1",
            "+44051401359",
            "pierwszy 44051401358, drugi 44051401359",
        ] {
            assert!(contains_personal_identifier(text), "{text}");
        }
    }

    #[test]
    fn does_not_trigger() {
        for text in [
            "",
            "2016",
            "44051401358", // wrong check digit
            "44133101302", // right check digit, month 13
            "85023012346", // 30 February
            "48950000000",
            "12345678901",
            "144051401359",
            "440514013591",
            "0000044051401359", // part of a longer row
            "4405140135",
            "٤٤٠٥١٤٠١٣٥٩",
        ] {
            assert!(!contains_personal_identifier(text), "{text}");
        }
    }

    #[test]
    fn a_polish_phone_number_is_not_a_person() {
        // Read as a PESEL this is a birth on 10 October 2148.
        let digits = made("485010", "1234");
        assert!(contains_personal_identifier(&digits));
        assert!(!contains_personal_identifier(&format!("tel. +{digits}")));
    }

    #[test]
    fn every_century_and_no_impossible_day() {
        for (date, real) in [
            ("008101", true), // 1 January 1800
            ("991231", true),
            ("000229", false), // 1900 was no leap year
            ("002229", true),  // 2000 was one
            ("004101", true),
            ("046229", true),  // 29 February 2204
            ("996231", false), // 31 February 2299
            ("990015", false),
            ("992015", false),
            ("999315", false),
            ("990100", false),
        ] {
            assert_eq!(
                contains_personal_identifier(&made(date, "1234")),
                real,
                "{date}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_made_pesel_is_found(year in 0_u32..100, month in 1_u32..=12, century in 0_u32..5, day in 1_u32..=28, serial in "[0-9]{4}", before in "[^0-9+]{0,8}", after in "[^0-9]{0,8}") {
            let pesel = made(&format!("{year:02}{:02}{day:02}", month + 20 * century), &serial);
            let text = format!("{before}{pesel}{after}");
            prop_assert!(contains_personal_identifier(&text));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = contains_personal_identifier(&text);
        }
    }
}
