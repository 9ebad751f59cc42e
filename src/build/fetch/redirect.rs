//! Where a server may send us: to servers that the layer file could have named, and to none of this machine or network.

use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};

/// The address that `to` means after `from`, where a request that began at `first` may go there.
pub(super) fn target(first: &str, from: &str, to: &str) -> Result<String, String> {
    let refused = |why: &str| Err(format!("the server sends us to `{}`, {why}", shown(to)));
    let address = resolve(from, to);
    let Some((scheme, host, port)) = parts(&address) else {
        return refused("which is no address of a server");
    };
    let first = parts(first);
    if scheme == "http" && first.as_ref().is_some_and(|(scheme, ..)| *scheme == "https") {
        return refused("which is not encrypted");
    }
    let inside = first.is_some_and(|(_, host, port)| is_local(host, port));
    match !inside && is_local(host, port) {
        true => refused("which is a server of this machine or network"),
        false => Ok(address),
    }
}

/// Whether two addresses are of one server.
pub(super) fn same_server(one: &str, other: &str) -> bool {
    parts(one).zip(parts(other)).is_some_and(|(one, other)| one == other)
}

/// An address without what may be secret in it.
fn shown(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}

/// An address that may be relative to another.
fn resolve(from: &str, to: &str) -> String {
    let scheme = from.split_once("://").map_or("http", |(scheme, _)| scheme);
    let path = from.find("://").map_or(0, |at| at + 3);
    let origin = from[path..].find(['/', '?', '#']).map_or(from.len(), |at| path + at);
    let names_scheme = to.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    match () {
        () if names_scheme => to.to_owned(),
        () if to.starts_with("//") => format!("{scheme}:{to}"),
        () if to.starts_with('/') => format!("{}{to}", &from[..origin]),
        () => {
            let whole = from[origin..].split(['?', '#']).next().unwrap_or_default();
            let folder = whole.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{}{folder}/{to}", &from[..origin])
        }
    }
}

/// Scheme, host and port of the address of a web server.
fn parts(address: &str) -> Option<(&str, &str, u16)> {
    let (scheme, rest) = address.split_once("://")?;
    let default = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let server = rest.split(['/', '?', '#', '\\']).next()?;
    let server = server.rsplit_once('@').map_or(server, |(_, server)| server);
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, port.strip_prefix(':'))
        }
        None => server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    let port = port.filter(|port| !port.is_empty()).map_or(Some(default), |port| port.parse().ok())?;
    (!host.is_empty()).then_some((scheme, host, port))
}

/// Whether a host is this machine or one of its network; one that cannot be found is neither.
fn is_local(host: &str, port: u16) -> bool {
    (host, port).to_socket_addrs().is_ok_and(|mut found| found.any(|found| is_local_ip(found.ip())))
}

fn is_local_ip(ip: IpAddr) -> bool {
    let v4 = |ip: Ipv4Addr| {
        let [a, b, ..] = ip.octets();
        ip.is_loopback()
            || ip.is_private()
            || ip.is_link_local()
            || ip.is_unspecified()
            || ip.is_broadcast()
            || (a == 100 && (64..128).contains(&b))
    };
    match ip {
        IpAddr::V4(ip) => v4(ip),
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
                || ip.to_ipv4_mapped().is_some_and(v4)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_are_those_of_their_server() {
        let from = "https://a.example/x/y.zip?k=1";
        for (to, expected) in [
            ("https://b.example/z", "https://b.example/z"),
            ("//b.example/z", "https://b.example/z"),
            ("/z", "https://a.example/z"),
            ("z.zip", "https://a.example/x/z.zip"),
        ] {
            assert_eq!(resolve(from, to), expected);
        }
        assert_eq!(resolve("https://a.example", "z"), "https://a.example/z");
    }

    #[test]
    fn nobody_outside_sends_us_inside() {
        // A name that is never found, so that no test asks a server.
        let outside = "https://corredor.invalid/a.csv";
        for to in [
            "https://127.0.0.1/a",
            "https://10.0.0.7/a",
            "https://192.168.1.1/a",
            "https://172.16.0.1/a",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/a",
            "https://[::ffff:127.0.0.1]/a",
            "https://[fd00::1]/a",
            "https://user@127.0.0.1:8080/a",
            "http://203.0.113.7/a",
            "file:///etc/passwd",
            "https://",
        ] {
            assert!(target(outside, outside, to).is_err(), "{to}");
        }
        assert!(target(outside, outside, "https://203.0.113.7/a").is_ok());
        assert!(target("http://127.0.0.1:1/a", "http://127.0.0.1:1/a", "http://127.0.0.1:2/b").is_ok());
        let told = target(outside, outside, "https://127.0.0.1/a?token=abc").unwrap_err();
        assert!(!told.contains("abc"), "{told}");
    }
}
