//! What the registers' answers have in common.

use reqwest::{RequestBuilder, StatusCode};

/// The longest answer that is read.
const LONGEST: usize = 2 * 1024 * 1024;

/// Why a register said nothing.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    /// It has no such number.
    #[error("there is no such number")]
    Unknown,
    /// It cannot be reached, or answers what cannot be understood.
    #[error("{0}")]
    Failed(String),
}

impl Silence {
    /// It failed for a reason.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The text of an answer, of a length that is bounded.
pub async fn text(request: RequestBuilder) -> Result<(StatusCode, String), Silence> {
    let mut answer = request.send().await.map_err(Silence::failed)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(Silence::failed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(Silence::failed("the answer is too long"));
        }
    }
    let text = String::from_utf8(bytes).map_err(Silence::failed)?;
    Ok((answer.status(), text))
}

/// The number of an entity where a register writes that of its seat: fourteen digits, the last five of them zeros.
pub fn entity(regon: String) -> String {
    match regon.strip_suffix("00000") {
        Some(entity) if regon.len() == 14 => entity.to_owned(),
        _ => regon,
    }
}

/// A street or, where there are none, a village, with the number of a house and of a flat.
pub fn street_address(street: &str, town: &str, house: &str, flat: &str) -> Option<String> {
    let place = if street.is_empty() { town } else { street };
    let address = match flat {
        "" => format!("{place} {house}"),
        flat => format!("{place} {house}/{flat}"),
    };
    let address = address.trim();
    (!address.is_empty() && !house.is_empty()).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_put_as_institutions_have_them() {
        assert_eq!(entity("99000001600000".into()), "990000016");
        assert_eq!(entity("99000000000017".into()), "99000000000017");
        assert_eq!(entity("123400000".into()), "123400000");
        let address = |street, house, flat| street_address(street, "Tuplice", house, flat);
        assert_eq!(
            address("ul. Wyspiańskiego", "15", "4").as_deref(),
            Some("ul. Wyspiańskiego 15/4")
        );
        assert_eq!(address("", "7", "").as_deref(), Some("Tuplice 7"));
        assert_eq!(address("", "", ""), None);
    }
}
