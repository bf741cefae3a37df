//! Places in what is read page by page: opaque to the caller, sealed, and bound to what they are places in. One that was
//! made up, altered or taken from elsewhere is none, so that nothing of what it says reaches the database.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::auth::MasterSecret;

/// How much of a seal stands before a place, in bytes.
const SEAL: usize = 16;

/// A place as it is handed out.
pub fn sealed(master: &MasterSecret, bound: &impl Serialize, place: &impl Serialize) -> String {
    let place = serde_json::to_vec(place).unwrap_or_default();
    let mut bytes = seal(master, bound, &place).to_vec();
    bytes.extend(place);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A place that was handed out for what it is bound to; nothing otherwise.
pub fn opened<P: DeserializeOwned>(
    master: &MasterSecret,
    bound: &impl Serialize,
    text: &str,
) -> Option<P> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (sealed, place) = bytes.split_at_checked(SEAL)?;
    (sealed == seal(master, bound, place)).then_some(())?;
    serde_json::from_slice(place).ok()
}

/// What only this installation can compute of a place and what it is bound to.
fn seal(master: &MasterSecret, bound: &impl Serialize, place: &[u8]) -> [u8; SEAL] {
    // JSON says by itself where it ends.
    let mut bytes = serde_json::to_vec(bound).unwrap_or_default();
    bytes.extend(place);
    let whole = master.seal(&bytes);
    std::array::from_fn(|at| whole[at])
}
