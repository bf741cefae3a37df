//! Secrets that are given out once and kept as digests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::problem::{Kind, Problem};

/// A new secret of 256 random bits.
pub fn fresh() -> Result<String, Problem> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// So many random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Problem::of(Kind::Internal))?;
    Ok(bytes)
}

/// What is kept of a secret. It has so many random bits that a fast digest suffices (OWASP ASVS 5, 6.5.2).
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
