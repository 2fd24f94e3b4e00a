//! How many datagrams the system dropped because they were not read in time, where it tells: Linux, in `/proc/net/udp`.

use std::net::SocketAddr;

/// Datagrams dropped since the socket with this address was made; 0 where that is not known.
pub(super) fn dropped(local: SocketAddr) -> u64 {
    let table = match local {
        SocketAddr::V4(_) => "/proc/net/udp",
        SocketAddr::V6(_) => "/proc/net/udp6",
    };
    std::fs::read_to_string(table).map_or(0, |table| in_table(&table, local))
}

/// The column after the address's number is `local_address`, the last one `drops`.
fn in_table(table: &str, local: SocketAddr) -> u64 {
    let wanted = written(local);
    table
        .lines()
        .filter(|line| line.split_whitespace().nth(1) == Some(&wanted))
        .filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok())
        .sum()
}

/// As the table writes it: 32 bits at a time, in the machine's own order.
fn written(address: SocketAddr) -> String {
    let mut text = String::new();
    let octets = match address {
        SocketAddr::V4(address) => address.ip().octets().to_vec(),
        SocketAddr::V6(address) => address.ip().octets().to_vec(),
    };
    for group in octets.as_chunks().0 {
        text.push_str(&format!("{:08X}", u32::from_ne_bytes(*group)));
    }
    format!("{text}:{:04X}", address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_of_the_sockets_line() {
        let ours: SocketAddr = "127.0.0.1:2000".parse().unwrap();
        let line = |address: &str, drops: u64| {
            let address = written(address.parse().unwrap());
            format!(
                " 0: {address} 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 5 2 0000 {drops}\n"
            )
        };
        let table = format!(
            " sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode ref pointer drops\n{}{}{}",
            line("127.0.0.1:2001", 3),
            line("127.0.0.2:2000", 4),
            line("127.0.0.1:2000", 541),
        );
        assert_eq!(in_table(&table, ours), 541);
        assert_eq!(in_table("", ours), 0);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn an_address_is_written_as_the_table_has_it() {
        let written = |address: &str| super::written(address.parse().unwrap());
        assert_eq!(written("127.0.0.1:2000"), "0100007F:07D0");
        assert_eq!(
            written("[::1]:2000"),
            "00000000000000000000000001000000:07D0"
        );
    }
}
