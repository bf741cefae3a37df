//! Finding and ordering Polish text: keys that are stored beside it, so that both databases give
//! the same answers.

use std::ops::Range;
use std::sync::LazyLock;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::is_invisible;

/// The text as a search sees it: lower case, no marks, single spaces. `lodz` finds `Łódź`.
pub fn search_key(text: &str) -> String {
    let folded: String = text
        .chars()
        .filter(|&c| !is_invisible(c))
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|&c| !is_combining_mark(c))
        // Compatibility decomposition brings capitals of its own: `℃` becomes `°C`.
        .flat_map(char::to_lowercase)
        .fold(String::with_capacity(text.len()), |mut folded, c| {
            push_base_letters(&mut folded, c);
            folded
        });
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters whose stroke or ligature is part of the letter: Unicode does not decompose them.
fn push_base_letters(folded: &mut String, c: char) {
    match c {
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ø' => folded.push('o'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ŧ' => folded.push('t'),
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        _ => folded.push(c),
    }
}

/// A key whose bytes stand in Polish alphabetical order (a, ą, b, c, ć …, as CLDR has it): case
/// and foreign accents decide only between words that are otherwise the same.
///
/// Stored keys must be made again when `icu_collator` is updated: CLDR may change the order.
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::new();
    // Writing to a vector cannot fail: the error is `Infallible`.
    let Ok(()) = COLLATOR.write_sort_key_to(text, &mut key);
    key
}

/// Where the keys of a text lie that differ from it by case and foreign accents only.
pub fn sort_keys_of_namesakes(text: &str) -> Range<Vec<u8>> {
    let key = sort_key(text);
    // What follows the first separator tells accents and case.
    let letters = key.iter().take_while(|&&byte| byte != LEVEL_SEPARATOR);
    let letters: Vec<u8> = letters.copied().collect();
    let until = |byte| [letters.as_slice(), &[byte]].concat();
    until(LEVEL_SEPARATOR)..until(LEVEL_SEPARATOR + 1)
}

/// What stands between the levels of a key (UTS #10): letters, accents, case.
const LEVEL_SEPARATOR: u8 = 1;

static COLLATOR: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Tertiary);
    #[expect(
        clippy::expect_used,
        reason = "the Polish data is compiled in; every test of this module uses it"
    )]
    let collator =
        Collator::try_new(locale!("pl").into(), options).expect("collation data for Polish");
    collator
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted<'a>(words: &[&'a str]) -> Vec<&'a str> {
        let mut words = words.to_vec();
        words.sort_by_key(|word| sort_key(word));
        words
    }

    #[test]
    fn search_ignores_case_marks_and_spacing() {
        for (text, key) in [
            ("Łódź", "lodz"),
            ("ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "zazolc gesla jazn"),
            ("  Zielona\u{a0}\t Góra\n", "zielona gora"),
            ("Zielona Go\u{301}ra", "zielona gora"),
            (
                "Straße, Ærø, Œuvre, Þór, Đorđe, Ħ, ŧ, ı, İ",
                "strasse, aero, oeuvre, thor, dorde, h, t, i, i",
            ),
            ("ﬁrma ① ℃", "firma 1 °c"),
            ("so\u{ad}cjal\u{200b}ny", "socjalny"),
            ("", ""),
        ] {
            assert_eq!(search_key(text), key);
        }
    }

    #[test]
    fn the_polish_alphabet_is_in_order() {
        let alphabet: Vec<String> = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
            .chars()
            .map(String::from)
            .collect();
        for pair in alphabet.windows(2) {
            // The whole letter counts, not its mark: `ąa` stands after `az`.
            assert!(
                sort_key(&format!("{}z", pair[0])) < sort_key(&format!("{}a", pair[1])),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn names_are_in_polish_order() {
        assert_eq!(
            sorted(&[
                "Żary",
                "Świebodzin",
                "Żagań",
                "Łagów",
                "Sulęcin",
                "Lubsko",
                "Zielona Góra",
                "Ósmy",
                "Osiek",
                "Ćmielów",
                "Cybinka",
                "Ąsz",
                "Azja",
                "żak"
            ]),
            [
                "Azja",
                "Ąsz",
                "Cybinka",
                "Ćmielów",
                "Lubsko",
                "Łagów",
                "Osiek",
                "Ósmy",
                "Sulęcin",
                "Świebodzin",
                "Zielona Góra",
                "Żagań",
                "żak",
                "Żary"
            ]
        );
    }

    #[test]
    fn case_and_foreign_accents_decide_last() {
        assert_eq!(
            sorted(&["Rada B", "rada", "Rada", "rada a"]),
            ["rada", "Rada", "rada a", "Rada B"]
        );
        assert_eq!(
            sorted(&["Müllez", "Muller", "Müller"]),
            ["Muller", "Müller", "Müllez"]
        );
    }

    #[test]
    fn namesakes_differ_by_case_only() {
        let namesakes = sort_keys_of_namesakes("Łukasz Żak");
        for (text, same) in [
            ("Łukasz Żak", true),
            ("ŁUKASZ ŻAK", true),
            ("łukasz żak", true),
            ("Łukasz Żaką", false),
            ("Łukasz Ża", false),
            ("Łukasz Zak", false),
            ("Łukasz Żak ", false),
            ("", false),
        ] {
            assert_eq!(namesakes.contains(&sort_key(text)), same, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_keys_of_namesakes_lie_together(a in "[aAłŁbB żŻ-]{0,4}", b in "[aAłŁbB żŻ-]{0,4}") {
            let same = a.to_lowercase() == b.to_lowercase();
            prop_assert_eq!(sort_keys_of_namesakes(&a).contains(&sort_key(&b)), same);
        }

        #[test]
        fn the_bytes_order_as_the_collator_does(a in any::<String>(), b in any::<String>()) {
            prop_assert_eq!(sort_key(&a).cmp(&sort_key(&b)), COLLATOR.compare(&a, &b));
        }

        #[test]
        fn so_do_polish_words(a in "[aąlłoózźżAĄŻ -]{0,6}", b in "[aąlłoózźżAĄŻ -]{0,6}") {
            prop_assert_eq!(sort_key(&a).cmp(&sort_key(&b)), COLLATOR.compare(&a, &b));
        }

        #[test]
        fn composition_does_not_change_the_keys(a in any::<String>()) {
            let decomposed: String = a.nfd().collect();
            prop_assert_eq!(sort_key(&decomposed), sort_key(&a));
            prop_assert_eq!(search_key(&decomposed), search_key(&a));
        }

        #[test]
        fn a_search_key_is_a_fixed_point(text in any::<String>()) {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key);
        }
    }
}
