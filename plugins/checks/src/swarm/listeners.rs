//! The kernel's tables of TCP sockets, /proc/1/net/tcp and tcp6.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use keelmark_sdk::HostError;

const LISTEN: &str = "0A";

/// The addresses that listen, of one table. The kernel prints each 32 bits of an address as a number of the
/// machine's own byte order.
pub fn listening(path: &str, table: &str, big_endian: bool) -> Result<Vec<SocketAddr>, HostError> {
    let sockets = table.lines().skip(1).filter(|line| !line.trim().is_empty());
    let read = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, state) = (fields.next()?, fields.nth(1)?);
        Some((address(local, big_endian)?, state == LISTEN))
    };
    let sockets: Option<Vec<_>> = sockets.map(read).collect();
    let sockets = sockets.ok_or_else(|| HostError::failed(format!("{path} is not a table of sockets")))?;
    Ok(sockets.into_iter().filter(|(_, listens)| *listens).map(|(address, _)| address).collect())
}

/// Whether a socket accepts connections to every address of the host.
pub fn is_wildcard(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_unspecified()
}

fn address(hex: &str, big_endian: bool) -> Option<SocketAddr> {
    let (ip, port) = hex.split_once(':')?;
    let mut bytes = Vec::with_capacity(16);
    for start in (0..ip.len()).step_by(8) {
        let word = u32::from_str_radix(ip.get(start..start + 8)?, 16).ok()?;
        bytes.extend(if big_endian { word.to_be_bytes() } else { word.to_le_bytes() });
    }
    let ip = match bytes.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        _ => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{address, is_wildcard, listening};

    fn read(hex: &str) -> String {
        address(hex, false).map(|address| address.to_string()).unwrap_or_default()
    }

    #[test]
    fn addresses_are_in_the_machine_s_byte_order() {
        assert_eq!(read("0100007F:0949"), "127.0.0.1:2377");
        assert_eq!(address("7F000001:0949", true).unwrap().to_string(), "127.0.0.1:2377");
        assert_eq!(read("00000000000000000000000001000000:1F0A"), "[::1]:7946");
        for wrong in ["", "0100007F", "0100007:1", "010000:1", "0100007F0100007F:1", "0100007é:1", "0100007F:1FFFF"] {
            assert_eq!(read(wrong), "", "{wrong}");
        }
    }

    #[test]
    fn every_wildcard_is_one() {
        for hex in ["00000000:0949", "00000000000000000000000000000000:0949", "0000000000000000FFFF000000000000:0949"] {
            assert!(is_wildcard(&address(hex, false).unwrap()), "{hex}");
        }
        assert!(!is_wildcard(&address("0500000A:0949", false).unwrap()));
    }

    #[test]
    fn only_listening_sockets_count_and_nonsense_is_an_error() {
        let table = "sl local rem st\n 0: 0500000A:0949 00000000:0000 0A 0\n 1: 0500000A:0949 0600000A:9999 01 0\n";
        assert_eq!(listening("x", table, false).unwrap().len(), 1);
        assert!(listening("x", "sl\nwhat\n", false).is_err());
    }
}
