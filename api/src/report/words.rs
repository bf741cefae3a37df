//! What stands around a report on a page: headings of tables and charts.

use domain::language::Language;

/// A word in both languages.
const WORDS: [(&str, &str, &str); 15] = [
    ("figures", "Wskaźniki", "Figures"),
    ("figure", "Wskaźnik", "Figure"),
    ("value", "Wartość", "Value"),
    ("records", "Liczba zapisów", "Records"),
    ("sheet", "Arkusz", "Sheet"),
    ("kind", "Rodzaj", "Kind"),
    ("key", "Klucz", "Key"),
    ("name", "Nazwa", "Name"),
    ("day", "Dzień", "Day"),
    ("charts", "Wykresy", "Charts"),
    ("month", "Miesiąc", "Month"),
    (
        "meetings_by_month",
        "Spotkania w kolejnych miesiącach",
        "Meetings by month",
    ),
    (
        "coverage",
        "Zamieszczanie komunikatów",
        "Posting of communiqués",
    ),
    ("contents", "Spis treści", "Contents"),
    ("years", "Kolejne lata", "Year by year"),
];

/// A word of one language.
pub fn say(language: Language, name: &str) -> &'static str {
    let word = WORDS.iter().find(|(known, ..)| *known == name);
    word.map_or("", |(_, pl, en)| match language {
        Language::Pl => pl,
        Language::En => en,
    })
}
