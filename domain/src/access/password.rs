//! Passwords as OWASP ASVS 5 has them (6.2): long, of any characters, and not easily guessed.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::fault::Rule;

/// The fewest characters.
const MIN_CHARS: usize = 12;
/// The most bytes: enough for every password manager, too few to keep the hash busy.
const MAX_BYTES: usize = 1024;
/// Words that an attacker of this system tries first (ASVS 5, 6.2.11).
const WORDS: [&str; 6] = [
    "partnerstwo",
    "partnership",
    "lubuskie",
    "ekonomia",
    "spoleczna",
    "sekretariat",
];

/// A password, in one form whatever keyboard it was typed on (NFC). Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Password {
    /// A password that somebody signs in with, whatever rules there were when it was set.
    pub fn given(raw: &str) -> Result<Self, Rule> {
        if raw.len() > MAX_BYTES {
            return Err(Rule::Length);
        }
        Ok(Self(raw.nfc().collect()))
    }

    /// Whether a password is neither too short nor too long, whoever it is for.
    pub fn has_length(raw: &str) -> Result<(), Rule> {
        match Self::given(raw)?.0.chars().count() {
            MIN_CHARS.. => Ok(()),
            _ => Err(Rule::Length),
        }
    }

    /// A password that somebody wants to sign in with from now on; `about` is what is known of whom.
    ///
    /// There are no rules of composition. Refused is what can be guessed in fewer than 10^8 attempts, by the estimate of
    /// zxcvbn: common passwords, words, names, dates, keyboard rows, repetitions and what follows from `about`. It takes
    /// milliseconds: not for an async worker.
    pub fn new(raw: &str, about: &[&str]) -> Result<Self, Rule> {
        Self::has_length(raw)?;
        let password = Self::given(raw)?;
        let about: Vec<String> = about.iter().map(|text| text.to_lowercase()).collect();
        let mut known: Vec<&str> = WORDS.to_vec();
        known.extend(about.iter().flat_map(|text| text.split('@')));
        known.extend(about.iter().flat_map(|text| text.split(['@', '.', ' '])));
        match zxcvbn::zxcvbn(&password.0, &known).score() {
            zxcvbn::Score::Three | zxcvbn::Score::Four => Ok(password),
            _ => Err(Rule::Guessable),
        }
    }

    /// What is hashed.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asvs_6_2_1_and_6_2_9_length() {
        assert_eq!(Password::new("zq8!kV0#pLm", &[]), Err(Rule::Length));
        assert!(Password::new("zq8!kV0#pLmw", &[]).is_ok());
        let long = "kot pies dom las ".repeat(5);
        assert!(Password::new(&long, &[]).is_ok());
        assert_eq!(Password::new(&"ż".repeat(513), &[]), Err(Rule::Length));
    }

    #[test]
    fn asvs_6_2_4_common_and_6_2_11_own_words() {
        for common in [
            "123456789012",
            "password1234",
            "qwertyuiop[]",
            "aaaaaaaaaaaa",
            "1q2w3e4r5t6y",
            "passwordpassword",
            "administrator",
        ] {
            assert_eq!(Password::new(common, &[]), Err(Rule::Guessable), "{common}");
        }
        let about = ["wieslawa.nowakowska@wup.example", "Wiesława Nowakowska"];
        for own in ["wieslawa.nowakowska", "Nowakowska2016", "partnerstwo2016"] {
            assert_eq!(Password::new(own, &about), Err(Rule::Guessable), "{own}");
        }
    }

    #[test]
    fn asvs_6_2_5_no_rules_of_composition() {
        for fine in [
            "correct horse battery staple",
            "zażółć gęślą jaźń",
            "a long enough password",
            "mleko rower szafa tulipan",
            "🦊🦊 lis i żubr w puszczy 🌲",
        ] {
            assert!(Password::new(fine, &[]).is_ok(), "{fine}");
        }
    }

    #[test]
    fn the_same_letters_are_the_same_password() {
        let composed = Password::given("za\u{17c}\u{f3}\u{142}\u{107}").unwrap();
        let combining = Password::given("zaz\u{307}o\u{301}\u{142}c\u{301}").unwrap();
        assert_eq!(composed.as_bytes(), combining.as_bytes());
        assert_eq!(format!("{composed:?}"), "Password(..)");
    }
}
