//! What all JSON shapes and handlers share.

mod answer;
mod body;
mod distinct;
mod keys;
mod list;
mod missing;
mod patch;
pub mod place;
mod reference;
mod write;

pub use answer::{
    created, has_already, list_tag, no_content, not_modified, read, sequence_tag, updated,
};
pub use body::{
    Body, BodyDigest, LIMIT, check_media_type, lacks, media_type, received, received_file,
};

pub use keys::path_keys;
pub use list::{Fetched, Item, List, Page, PageParams, Query, Sorting, Tombstone, sort_by};
pub use patch::MergePatch;
pub use reference::{Codes, Names, Ref, RefIn, known, reference};
pub use write::{IfMatch, Write, WriteParams, WriteTx};
