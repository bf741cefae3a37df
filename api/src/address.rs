//! From where a request comes, through the proxies that are believed.

use std::net::IpAddr;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the caller. What a header says counts only as far as proxies that are believed have written it.
pub fn of_request(request: &ServiceRequest, proxies: &[IpNet]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    Some(caller(peer, request.headers(), proxies))
}

fn caller(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_proxy = |address: &IpAddr| {
        let plain = address.to_canonical();
        proxies.iter().any(|network| network.contains(&plain))
    };
    if !is_proxy(&peer) {
        return peer;
    }
    let mut before = Vec::new();
    for value in headers.get_all(FORWARDED_FOR) {
        before.extend(value.to_str().unwrap_or_default().split(','));
    }
    // From the nearest on: the first that is no proxy of ours is the caller; what stands further left, it may have made up.
    let mut nearest = peer;
    for hop in before.into_iter().rev() {
        match hop.trim().parse() {
            Ok(address) => nearest = address,
            Err(_) => break,
        }
        if !is_proxy(&nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(
                HeaderName::from_static(FORWARDED_FOR),
                HeaderValue::from_static(value),
            );
        }
        let proxies = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        caller(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a_stranger_cannot_say_who_it_is() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
    }

    #[test]
    fn the_last_address_that_no_proxy_of_ours_has_is_the_caller() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            seen("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.1.2.3"]),
            "198.51.100.7"
        );
        assert_eq!(
            seen("10.0.0.1", &["203.0.113.9", "198.51.100.7"]),
            "198.51.100.7"
        );
        assert_eq!(seen("::1", &["2001:db8::5"]), "2001:db8::5");
        assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_cannot_be_read_ends_the_chain() {
        assert_eq!(seen("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(
            seen("10.0.0.1", &["203.0.113.9, oops, 10.1.2.3"]),
            "10.1.2.3"
        );
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
