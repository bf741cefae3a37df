//! TERC, the territorial code of the TERYT register.

use serde::Serialize;

use super::digits_only;
use crate::fault::Rule;
use crate::text::checked_text;

/// A code of the register of territorial division (TERYT; Regulation of the Council of Ministers
/// of 15 December 1998): voivodeship `08`, county `0861` or commune `0861011`.
///
/// Only the shape is checked. Which codes exist changes every January; that is dated data.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Terc(String);

checked_text!(Terc);

impl Terc {
    /// Checks the shape `WW[PP[GGR]]`: WW even from 02 to 32, PP and GG from 01, R a kind in use
    /// (1 urban commune, 2 rural, 3 urban-rural, 4 the town in it, 5 the rural area in it,
    /// 8 district of Warsaw, 9 delegature of another city).
    pub fn parse(raw: &str) -> Result<Terc, Rule> {
        let code = digits_only(raw)?;
        if !matches!(code.len(), 2 | 4 | 7) {
            return Err(Rule::Length);
        }
        if !matches!(code[..2].parse::<u8>(), Ok(voivodeship @ 2..=32) if voivodeship % 2 == 0) {
            return Err(Rule::Prefix);
        }
        let county = code.get(2..4);
        let commune = code.get(4..6);
        let kind = code.get(6..);
        let known_kind =
            kind.is_none_or(|kind| matches!(kind, "1" | "2" | "3" | "4" | "5" | "8" | "9"));
        if county == Some("00") || commune == Some("00") || !known_kind {
            return Err(Rule::Format);
        }
        Ok(Terc(code.to_owned()))
    }

    /// Checks the beginning of a code, as people ask for all that lie in one: also that of a commune without its kind, `WWPPGG`.
    pub fn parse_beginning(raw: &str) -> Result<String, Rule> {
        let code = digits_only(raw)?;
        match code.len() {
            6 => Self::parse(&format!("{code}1"))?,
            _ => Self::parse(code)?,
        };
        Ok(code.to_owned())
    }

    /// Whether this is a voivodeship.
    pub fn is_voivodeship(&self) -> bool {
        self.0.len() == 2
    }

    /// Whether this is a county; a city with county rights (`0861`) is one.
    pub fn is_county(&self) -> bool {
        self.0.len() == 4
    }

    /// Whether this is a whole commune. A town or rural area within an urban-rural commune, a
    /// district and a delegature are parts of one: they cannot sign an agreement.
    pub fn is_commune(&self) -> bool {
        matches!(self.0.as_bytes().get(6), Some(b'1'..=b'3'))
    }

    /// The voivodeship in which this lies (or which this is).
    pub fn voivodeship(&self) -> Terc {
        Terc(self.0[..2].to_owned())
    }

    /// The county in which this lies (or which this is); none for a voivodeship.
    pub fn county(&self) -> Option<Terc> {
        self.0.get(..4).map(|code| Terc(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terc(raw: &str) -> Result<String, Rule> {
        Terc::parse(raw).map(|terc| terc.to_string())
    }

    #[test]
    fn a_beginning_may_leave_the_kind_of_a_commune_open() {
        for beginning in ["08", " 0861 ", "086101", "0861011"] {
            let read = Terc::parse_beginning(beginning);
            assert_eq!(read.as_deref(), Ok(beginning.trim()));
        }
        for nonsense in ["", "0", "080", "08611", "0x", "07", "086100", "08610111"] {
            assert!(Terc::parse_beginning(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn valid() {
        for valid in [
            "08", "0861", "0861011", "0802011", "0802052", "0801", "0812", "0862", "0862011",
            "0802063", "0803023", "0804011", "0805053", "0806043", "0807043", "0808053", "0812033",
            "0810021", "0811021", "0811063", "0801011", "0806013", "0801073", "0804023", "02",
            "32", "0804024", "0804025", "1465028", "0264029",
        ] {
            assert_eq!(terc(valid).as_deref(), Ok(valid));
        }
        assert_eq!(terc(" 08 ").as_deref(), Ok("08"));
    }

    /// A dictionary would refuse these at a date; their shape is right.
    #[test]
    fn unknown_but_well_shaped() {
        for code in ["0813", "0809102", "0804072", "0811032"] {
            assert_eq!(terc(code).as_deref(), Ok(code));
        }
    }

    #[test]
    fn invalid() {
        for (raw, rule) in [
            ("8", Rule::Length),
            ("", Rule::Length),
            ("086", Rule::Length),
            ("086101", Rule::Length), // the kind of commune is missing
            ("08610112", Rule::Length),
            ("07", Rule::Prefix),
            ("0900", Rule::Prefix),
            ("00", Rule::Prefix),
            ("34", Rule::Prefix),
            ("0800", Rule::Format),
            ("0806016", Rule::Format),
            ("0806010", Rule::Format),
            ("0801001", Rule::Format),
            ("0A", Rule::Charset),
            ("08 61", Rule::Charset),
            ("٠٨", Rule::Charset),
        ] {
            assert_eq!(terc(raw), Err(rule), "{raw}");
        }
    }

    #[test]
    fn levels() {
        for (code, is_voivodeship, is_county, is_commune) in [
            ("08", true, false, false),
            ("0861", false, true, false),
            ("0861011", false, false, true),
            ("0802052", false, false, true),
            ("0802063", false, false, true),
            ("0802064", false, false, false),
            ("0802065", false, false, false),
            ("1465028", false, false, false),
        ] {
            let levels =
                Terc::parse(code).map(|t| (t.is_voivodeship(), t.is_county(), t.is_commune()));
            assert_eq!(
                levels,
                Ok((is_voivodeship, is_county, is_commune)),
                "{code}"
            );
        }
        assert_eq!(
            Terc::parse("0861011").map(|t| t.voivodeship()),
            Terc::parse("08")
        );
        assert_eq!(
            Terc::parse("08").map(|t| t.voivodeship()),
            Terc::parse("08")
        );
        assert_eq!(
            Terc::parse("0861011").map(|t| t.county()),
            Terc::parse("0861").map(Some)
        );
        assert_eq!(Terc::parse("08").map(|t| t.county()), Ok(None));
    }

    proptest! {
        #[test]
        fn what_contains_a_code_is_a_code(raw in "[0-3][0-9]([0-9]{2}([0-9]{3})?)?") {
            if let Ok(code) = Terc::parse(&raw) {
                prop_assert_eq!(code.as_str(), &raw);
                prop_assert_eq!(Terc::parse(code.voivodeship().as_str()), Ok(code.voivodeship()));
                if let Some(county) = code.county() {
                    prop_assert_eq!(Terc::parse(county.as_str()), Ok(county));
                }
            }
        }

        #[test]
        fn any_text_is_answered(raw in any::<String>()) {
            let _ = terc(&raw);
        }
    }
}
