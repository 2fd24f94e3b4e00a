//! The thread that reads datagrams; what is in them is not looked at here.

use std::{
    io,
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, watch};

use super::dropped::dropped;
use crate::journal::refusals::{By, Refusals};

/// Largest datagram.
const DATAGRAM_BYTES: usize = 64 * 1024;

/// What the system is asked to hold of datagrams that are not read yet; it gives less if it is set up so.
const RECEIVE_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of datagrams that may wait for the store.
const WAITING_BYTES: usize = 64 * 1024 * 1024;

/// How long it takes to notice that it is to stop, or that no more comes.
const NOTICE: Duration = Duration::from_millis(100);

/// How long it reads on after it was told to stop, if there is always more.
const DRAIN: Duration = Duration::from_secs(1);

/// Reads datagrams.
pub(super) struct Reader {
    pub(super) socket: UdpSocket,
    pub(super) queue: mpsc::Sender<Vec<u8>>,
    /// Bytes that are in the queue or being stored.
    pub(super) waiting_bytes: Arc<AtomicUsize>,
    pub(super) refusals: Arc<Refusals>,
    pub(super) stop: watch::Receiver<bool>,
}

impl Reader {
    /// Reads until it is told to stop, then what has come by then.
    pub(super) fn run(self) -> io::Result<()> {
        // A smaller buffer does as well, for as long as the machine is not busy.
        let _ = rustix::net::sockopt::set_socket_recv_buffer_size(&self.socket, RECEIVE_BYTES);
        self.socket.set_read_timeout(Some(NOTICE))?;
        let mut buffer = vec![0; DATAGRAM_BYTES];
        let mut lost = Lost::default();
        // A sender that is gone says stop too.
        while self.stop.has_changed().is_ok() && !*self.stop.borrow() {
            match self.socket.recv(&mut buffer) {
                Ok(length) => {
                    self.take(&buffer[..length]);
                    lost.is_told = false;
                }
                Err(error) if is_nothing(&error) => self.tell_lost(&mut lost),
                Err(error) => {
                    eprintln!(
                        "observatory: a datagram on the X-Ray daemon's port could not be read: {error}"
                    );
                    std::thread::sleep(NOTICE);
                }
            }
        }
        self.socket.set_nonblocking(true)?;
        let until = Instant::now() + DRAIN;
        while Instant::now() < until
            && let Ok(length) = self.socket.recv(&mut buffer)
        {
            self.take(&buffer[..length]);
            lost.is_told = false;
        }
        self.tell_lost(&mut lost);
        Ok(())
    }

    fn take(&self, datagram: &[u8]) {
        let waiting = self
            .waiting_bytes
            .fetch_add(datagram.len(), Ordering::Relaxed);
        if waiting < WAITING_BYTES && self.queue.try_send(datagram.to_vec()).is_ok() {
            return;
        }
        self.waiting_bytes
            .fetch_sub(datagram.len(), Ordering::Relaxed);
        self.refusals.add(
            By::Udp,
            "Overload",
            "datagrams came faster than they could be stored",
            datagram,
        );
    }

    /// Counts what the system dropped since it was asked last, once it is quiet.
    fn tell_lost(&self, lost: &mut Lost) {
        if std::mem::replace(&mut lost.is_told, true) {
            return;
        }
        let now = self.socket.local_addr().map_or(0, dropped);
        for _ in lost.count..now {
            self.refusals.add(
                By::Udp,
                "Dropped",
                "datagrams came faster than they could be read; the system dropped them",
                b"",
            );
        }
        lost.count = now;
    }
}

/// What the system dropped.
struct Lost {
    count: u64,
    /// Nothing has come since it was asked.
    is_told: bool,
}

impl Default for Lost {
    fn default() -> Self {
        Self {
            count: 0,
            is_told: true,
        }
    }
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_has_come_before_it_stops() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        for number in 0..50_u8 {
            sender
                .send_to(&[number], socket.local_addr().unwrap())
                .unwrap();
        }
        let (queue, mut received) = mpsc::channel(100);
        let (_stopping, stop) = watch::channel(true);
        let waiting_bytes = Arc::new(AtomicUsize::new(0));
        Reader {
            socket,
            queue,
            waiting_bytes: Arc::clone(&waiting_bytes),
            refusals: Arc::default(),
            stop,
        }
        .run()
        .unwrap();
        let read: Vec<u8> = std::iter::from_fn(|| received.try_recv().ok())
            .flatten()
            .collect();
        assert_eq!(read, (0..50).collect::<Vec<u8>>());
        assert_eq!(waiting_bytes.load(Ordering::Relaxed), 50);
    }
}
