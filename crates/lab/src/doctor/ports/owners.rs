//! Who has a port, as Linux tells it in `/proc`; elsewhere nobody is named. Processes of others name their sockets to root only.

use std::path::Path;

use super::Transport;

/// A process that has a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) pid: u32,
    /// Its name, of which the kernel keeps fifteen characters.
    pub(super) program: String,
}

/// The process that listens there, if the system tells.
pub(super) fn owner(port: u16, transport: Transport) -> Option<Owner> {
    let tables = match transport {
        Transport::Tcp => ["/proc/net/tcp", "/proc/net/tcp6"],
        Transport::Udp => ["/proc/net/udp", "/proc/net/udp6"],
    };
    let sockets: Vec<String> = tables
        .into_iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .flat_map(|table| sockets(&table, port, transport))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    if sockets.is_empty() {
        return None;
    }
    let processes = std::fs::read_dir("/proc").ok()?;
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .find(|&pid: &u32| holds(&Path::new("/proc").join(pid.to_string()), &sockets))
        .map(|pid| Owner {
            pid,
            program: std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .map_or_else(|_| "a process".to_owned(), |name| name.trim().to_owned()),
        })
}

fn holds(process: &Path, sockets: &[String]) -> bool {
    let Ok(files) = std::fs::read_dir(process.join("fd")) else {
        return false;
    };
    files
        .flatten()
        .filter_map(|file| std::fs::read_link(file.path()).ok())
        .any(|target| {
            sockets
                .iter()
                .any(|socket| target.as_os_str() == socket.as_str())
        })
}

/// The inodes of the sockets that wait at `port`, of a table as `proc_net_tcp(5)` describes it.
fn sockets(table: &str, port: u16, transport: Transport) -> Vec<u64> {
    let waits = match transport {
        Transport::Tcp => "0A", // listening
        Transport::Udp => "07", // not connected
    };
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
            let (_, number) = local.rsplit_once(':')?;
            let here = u16::from_str_radix(number, 16).ok()? == port && *state == waits;
            here.then(|| inode.parse().ok())?
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TCP: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:10DE 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0 100 0 0 10 0
   1: 0100007F:10DE 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 31338 1 0 20 4 30 10 -1
   2: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31339 1 0 100 0 0 10 0
";

    #[test]
    fn only_who_listens_has_the_port() {
        assert_eq!(sockets(TCP, 4318, Transport::Tcp), [31337]);
        assert_eq!(sockets(TCP, 3000, Transport::Tcp), [31339]);
        assert_eq!(sockets(TCP, 4317, Transport::Tcp), Vec::<u64>::new());
        assert_eq!(sockets(TCP, 4318, Transport::Udp), Vec::<u64>::new());
    }
}
