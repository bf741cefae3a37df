//! PESEL, the number of a natural person: recognised only to keep it out.

use chrono::NaiveDate;

use super::{digit, weighted_sum};

const WEIGHTS: [u32; 10] = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];

/// The last year of birth that counts. No clock is asked: a text that was taken yesterday is taken today, too. It is late enough for
/// everybody of whom a partnership will write for decades, and leaves out most numbers of meetings, which begin with 8 or 9.
const LAST_YEAR_OF_BIRTH: i32 = 2049;

/// Whether the text holds a PESEL (Act of 24 September 2010 on the register of residents,
/// art. 15): eleven digits, not part of a longer row, that start with a plausible date of birth and
/// end in the right check digit. The answer says no more: the number must not be echoed.
///
/// Within a web address eleven digits name a page or a meeting.
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
        // One in ten of the numbers +48 12 1xx xx xx, of Kraków, would be a date in 1948 with a right sum.
        let is_phone = text[..start].ends_with('+') && text[start..].starts_with("48");
        if length == 11
            && !is_phone
            && is_pesel(&text[start..start + length])
            && !is_in_web_address(&text[..start])
        {
            return true;
        }
        start += length;
    }
    false
}

/// Whether what follows a text goes on with a web address in which the text ends.
fn is_in_web_address(before: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '„' | '”');
    let word = before.rsplit(ends).next().unwrap_or_default();
    let word = word.to_ascii_lowercase();
    ["http://", "https://", "www."]
        .iter()
        .any(|start| word.contains(start))
}

fn is_pesel(digits: &str) -> bool {
    (10 - weighted_sum(digits, &WEIGHTS) % 10) % 10 == digit(digits, 10)
        && has_date_of_birth(digits)
}

/// The month also tells the century: 01–12 the 1900s, 21–32 the 2000s. Others are of people who died long ago or are not born yet.
fn has_date_of_birth(digits: &str) -> bool {
    let pair = |at: usize| digit(digits, at) * 10 + digit(digits, at + 1);
    let (month, day) = (pair(2), pair(4));
    let century = match month / 20 {
        0 => 1900,
        1 => 2000,
        _ => return false,
    };
    i32::try_from(century + pair(0)).is_ok_and(|year| {
        year <= LAST_YEAR_OF_BIRTH && NaiveDate::from_ymd_opt(year, month % 20, day).is_some()
    })
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
        // Read as a PESEL this is a birth on 10 December 1948.
        let digits = made("481210", "1234");
        assert!(contains_personal_identifier(&digits));
        assert!(!contains_personal_identifier(&format!("tel. +{digits}")));
    }

    #[test]
    fn days_of_birth_of_the_living_and_no_impossible_ones() {
        for (date, real) in [
            ("000101", true), // 1 January 1900
            ("991231", true),
            ("000229", false), // 1900 was no leap year
            ("002229", true),  // 2000 was one
            ("493231", true),  // 31 December 2049
            ("502101", false),
            ("823012", false), // 12 October 2082, as in the number of a meeting
            ("008101", false), // 1 January 1800
            ("004101", false), // 1 January 2100
            ("046229", false), // 29 February 2204
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

    #[test]
    fn eleven_digits_of_a_web_address_are_nobody() {
        for text in [
            "https://zoom.example/j/44051401359",
            "Spotkanie: HTTPS://zoom.example/j/44051401359?pwd=x, sala 4",
            "(www.gov.example/artykul,44051401359.html)",
            "<https://zoom.example/j/44051401359>",
        ] {
            assert!(!contains_personal_identifier(text), "{text}");
        }
        for text in [
            "https://zoom.example/j/1 44051401359",
            "„https://zoom.example” 44051401359",
            "<https://zoom.example>44051401359",
            "PESEL/44051401359",
        ] {
            assert!(contains_personal_identifier(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_made_pesel_is_found(year in 1900_u32..=2049, month in 1_u32..=12, day in 1_u32..=28, serial in "[0-9]{4}", before in "[^0-9+:.]{0,8}", after in "[^0-9]{0,8}") {
            let month = month + 20 * (year / 100 - 19);
            let pesel = made(&format!("{:02}{month:02}{day:02}", year % 100), &serial);
            let text = format!("{before}{pesel}{after}");
            prop_assert!(contains_personal_identifier(&text));
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = contains_personal_identifier(&text);
        }
    }
}
