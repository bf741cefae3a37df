//! Which addresses a webhook may have: the Internet, and what the settings name.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;

use ipnet::IpNet;

/// Whether an address may be called: one in the networks of the settings or, where the `public` may, one of the Internet.
pub fn may_call(address: IpAddr, networks: &[IpNet], public: bool) -> bool {
    // An address of IPv4 that is written as one of IPv6 is dialled as what it is.
    let address = address.to_canonical();
    within(networks, address) || (public && is_internet(address))
}

fn is_internet(address: IpAddr) -> bool {
    let whole = match address {
        IpAddr::V4(_) => true,
        // Nothing but this was given to the Internet so far (IANA, "Internet Protocol Version 6 Address Space"). What embeds
        // addresses of IPv4 outside of it is thereby refused, too: `::/96`, `::ffff:0:0:0/96` (SIIT) and NAT64.
        IpAddr::V6(v6) => v6.segments()[0] & 0xe000 == 0x2000 && !is_isatap(v6),
    };
    whole && !within(&SPECIAL, address)
}

/// Whether the lower half of an address embeds one of IPv4 by ISATAP (RFC 5214, section 6.1), whatever network it is in.
fn is_isatap(address: Ipv6Addr) -> bool {
    let [.., first, second, _, _] = address.segments();
    first & 0xfcff == 0 && second == 0x5efe
}

fn within(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

static SPECIAL: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let networks = SPECIAL_PURPOSE.iter();
    networks.filter_map(|text| text.parse().ok()).collect()
});

/// The special-purpose addresses of IANA's two registries (RFC 6890), also those that can be reached from everywhere, because
/// no receiver has one, and multicast. Of IPv6, what is special within `2000::/3`.
const SPECIAL_PURPOSE: [&str; 24] = [
    "0.0.0.0/8",         // this network
    "10.0.0.0/8",        // private
    "100.64.0.0/10",     // shared by the customers of a provider
    "127.0.0.0/8",       // loopback
    "169.254.0.0/16",    // link-local, such as the metadata of a cloud
    "172.16.0.0/12",     // private
    "192.0.0.0/24",      // protocol assignments
    "192.0.2.0/24",      // documentation
    "192.31.196.0/24",   // AS112
    "192.52.193.0/24",   // AMT
    "192.88.99.0/24",    // relays of 6to4
    "192.168.0.0/16",    // private
    "192.175.48.0/24",   // AS112
    "198.18.0.0/15",     // benchmarks
    "198.51.100.0/24",   // documentation
    "203.0.113.0/24",    // documentation
    "224.0.0.0/4",       // multicast
    "240.0.0.0/4",       // reserved, and broadcast
    "2001::/23",         // protocol assignments: Teredo, ORCHID, AMT, benchmarks
    "2001:db8::/32",     // documentation
    "2002::/16",         // 6to4
    "2620:4f:8000::/48", // AS112
    "3ffe::/16",         // 6bone, given back
    "3fff::/20",         // documentation
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_network_can_be_read() {
        assert_eq!(SPECIAL.len(), SPECIAL_PURPOSE.len());
    }

    #[test]
    fn only_the_internet_is_called_and_what_the_settings_name() {
        let own: [IpNet; 1] = ["10.1.0.0/16".parse().unwrap()];
        let may = |address: &str, public| may_call(address.parse().unwrap(), &own, public);
        for address in [
            "8.8.8.8",
            "93.184.215.14",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "2606:2800:21f:cb07::1",
            "2001:4860:4860::8888",
            "2a00:1450:4001::5efe",
            "::ffff:8.8.8.8",
        ] {
            assert!(may(address, true) && !may(address, false), "{address}");
        }
        assert!(may("10.1.2.3", true) && may("10.1.2.3", false));
        assert!(may("::ffff:10.1.2.3", false));
    }

    /// The first and the last address of every block of the registries "IANA IPv4 Special-Purpose Address Registry" and
    /// "IANA IPv6 Special-Purpose Address Registry", of multicast, and of what was never given to the Internet.
    #[test]
    fn no_special_purpose_is_called() {
        for block in [
            "0.0.0.0/8",
            "0.0.0.0/32",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.0.0/29",
            "192.0.0.8/32",
            "192.0.0.9/32",
            "192.0.0.10/32",
            "192.0.0.170/31",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "255.255.255.255/32",
            "::/128",
            "::1/128",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "100:0:0:1::/64",
            "2001::/23",
            "2001::/32",
            "2001:1::1/128",
            "2001:1::2/128",
            "2001:1::3/128",
            "2001:2::/48",
            "2001:3::/32",
            "2001:4:112::/48",
            "2001:10::/28",
            "2001:20::/28",
            "2001:30::/28",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
            "4000::/3",
            "e000::/4",
        ] {
            let block: IpNet = block.parse().unwrap();
            for address in [block.network(), block.broadcast()] {
                assert!(!may_call(address, &[], true), "{address} of {block}");
            }
        }
    }

    #[test]
    fn no_embedded_address_is_called() {
        for address in [
            "::127.0.0.1",                          // IPv4-compatible
            "::ffff:127.0.0.1",                     // IPv4-mapped
            "::ffff:0:127.0.0.1",                   // SIIT
            "::ffff:0:8.8.8.8",                     // SIIT
            "64:ff9b::127.0.0.1",                   // NAT64
            "64:ff9b::8.8.8.8",                     // NAT64
            "64:ff9b:1::10.0.0.1",                  // NAT64 of one's own
            "2002:7f00:1::",                        // 6to4
            "2002:808:808::1",                      // 6to4
            "2001:0:4136:e378:8000:63bf:80ff:fffe", // Teredo
            "fe80::5efe:127.0.0.1",                 // ISATAP
            "2606:4700::5efe:10.0.0.1",             // ISATAP in a network of the Internet
            "2606:4700::200:5efe:10.0.0.1", // the same, of an address that is unique in the world
            "2606:4700::300:5efe:10.0.0.1", // the same of a group
        ] {
            assert!(!may_call(address.parse().unwrap(), &[], true), "{address}");
        }
    }
}
