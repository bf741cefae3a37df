//! Numbers among the settings.

use std::fmt;

use serde::de::{Deserializer, Unexpected, Visitor};

/// A number, which the environment has as text.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    struct Number;

    impl Visitor<'_> for Number {
        type Value = u32;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number")
        }

        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<u32, E> {
            let wrong = |_| E::invalid_value(Unexpected::Unsigned(number), &self);
            u32::try_from(number).map_err(wrong)
        }

        fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<u32, E> {
            let wrong = |_| E::invalid_value(Unexpected::Signed(number), &self);
            u32::try_from(number).map_err(wrong)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<u32, E> {
            let wrong = |_| E::invalid_value(Unexpected::Str(text), &self);
            text.trim().parse().map_err(wrong)
        }
    }

    deserializer.deserialize_any(Number)
}
