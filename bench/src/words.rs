//! What the generator makes names of.

/// Towns: where, in which town (locative), postal code, TERC.
pub const TOWNS: [(&str, &str, &str, &str); 16] = [
    ("Zielona Góra", "w Zielonej Górze", "65-042", "0862011"),
    (
        "Gorzów Wielkopolski",
        "w Gorzowie Wielkopolskim",
        "66-400",
        "0861011",
    ),
    (
        "Krosno Odrzańskie",
        "w Krośnie Odrzańskim",
        "66-600",
        "0802063",
    ),
    ("Międzyrzecz", "w Międzyrzeczu", "66-300", "0803023"),
    ("Nowa Sól", "w Nowej Soli", "67-100", "0804011"),
    ("Słubice", "w Słubicach", "69-100", "0805053"),
    (
        "Strzelce Krajeńskie",
        "w Strzelcach Krajeńskich",
        "66-500",
        "0806043",
    ),
    ("Sulęcin", "w Sulęcinie", "69-200", "0807043"),
    ("Świebodzin", "w Świebodzinie", "66-200", "0808053"),
    ("Wschowa", "we Wschowie", "67-400", "0812033"),
    ("Żagań", "w Żaganiu", "68-100", "0810021"),
    ("Żary", "w Żarach", "68-200", "0811021"),
    ("Lubsko", "w Lubsku", "68-300", "0811063"),
    (
        "Kostrzyn nad Odrą",
        "w Kostrzynie nad Odrą",
        "66-470",
        "0801011",
    ),
    (
        "Bytom Odrzański",
        "w Bytomiu Odrzańskim",
        "67-115",
        "0804023",
    ),
    ("Łęknica", "w Łęknicy", "68-208", "0811011"),
];

/// Kinds: code, sector, name, short name, whether public, how many of a hundred.
pub const KINDS: [(&str, &str, &str, &str, bool, u64); 12] = [
    ("association", "ngo", "Stowarzyszenie", "Stow.", false, 28),
    ("foundation", "ngo", "Fundacja", "Fund.", false, 14),
    (
        "ops",
        "social_integration_institution",
        "Ośrodek Pomocy Społecznej",
        "OPS",
        true,
        12,
    ),
    (
        "social_cooperative",
        "social_economy_entity",
        "Spółdzielnia Socjalna",
        "SpS",
        false,
        10,
    ),
    ("school", "academia", "Zespół Szkół", "ZS", true, 8),
    ("jst_commune", "local_government", "Gmina", "Gmina", true, 7),
    (
        "employer",
        "business",
        "Przedsiębiorstwo Usługowe",
        "PU",
        false,
        6,
    ),
    (
        "pup",
        "labour_market_institution",
        "Powiatowy Urząd Pracy",
        "PUP",
        true,
        5,
    ),
    (
        "pcpr",
        "social_integration_institution",
        "Powiatowe Centrum Pomocy Rodzinie",
        "PCPR",
        true,
        4,
    ),
    (
        "wtz",
        "social_economy_entity",
        "Warsztat Terapii Zajęciowej",
        "WTZ",
        false,
        3,
    ),
    (
        "zaz",
        "social_economy_entity",
        "Zakład Aktywności Zawodowej",
        "ZAZ",
        false,
        2,
    ),
    (
        "dps",
        "other_public",
        "Dom Pomocy Społecznej",
        "DPS",
        true,
        1,
    ),
];

/// What an institution is called after.
pub const PATRONS: [&str; 12] = [
    "Źródło",
    "Pomocna Dłoń",
    "Jutrzenka",
    "Żyć Godnie",
    "Wspólna Ścieżka",
    "Nasz Świat",
    "Łączy Nas Więcej",
    "Ósmy Dzień",
    "Ćwierć Wieku",
    "Śródmieście",
    "Razem",
    "Zażółć",
];

/// Kinds of meetings: code, title, how many of a hundred.
pub const MEETINGS: [(&str, &str, u64); 9] = [
    (
        "information",
        "Spotkanie informacyjne: partnerstwo i ekonomia społeczna",
        58,
    ),
    (
        "partner_forum",
        "Cykliczne spotkanie forum PUP, OPS i PCPR",
        10,
    ),
    ("training", "Szkolenie „Arteterapia sposobem na stres”", 9),
    ("owes", "Spotkanie z kadrą OWES", 8),
    (
        "regional_committee",
        "Spotkanie robocze Regionalnego Komitetu Rozwoju",
        6,
    ),
    ("council", "Spotkanie Rady Programowej", 3),
    ("working_group", "Spotkanie zespołu roboczego", 3),
    (
        "conference",
        "Konferencja „Gęślą jaźń, czyli społecznie”",
        2,
    ),
    ("consultation", "Konsultacje społeczne", 1),
];
