//! What a path names its records by.

use actix_web::{FromRequest, HttpRequest, dev, web};

use crate::problem::{Kind, Problem};

/// The variable parts of the path, decoded, from left to right.
pub fn path_keys(request: &HttpRequest) -> Result<Vec<String>, Problem> {
    web::Path::<Vec<String>>::from_request(request, &mut dev::Payload::None)
        .into_inner()
        .map(web::Path::into_inner)
        .map_err(|_| Problem::of(Kind::NotFound))
}
