//! How many requests may be taken in the present second: a quota that the service gave, or one borrowed until it does.

use std::time::{SystemTime, UNIX_EPOCH};

/// What became of asking a reservoir.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Drawn {
    /// Taken from the quota.
    Quota,
    /// Borrowed, since no quota is valid.
    Borrowed,
    /// Nothing is left in this second.
    Nothing,
}

/// Counts what was taken in the present second of the clock, as X-Ray's SDKs do: a second begins with the whole quota.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reservoir {
    quota: Option<Quota>,
    second: u64,
    taken: u32,
}

#[derive(Clone, Copy, Debug)]
struct Quota {
    each_second: u32,
    until: SystemTime,
}

impl Reservoir {
    /// Gives the reservoir a quota for each second until that time, itself included.
    pub(crate) fn fill(&mut self, each_second: u32, until: SystemTime) {
        self.quota = Some(Quota { each_second, until });
    }

    /// Takes one request if one is left; without a valid quota, borrows one a second if that is allowed.
    pub(crate) fn draw(&mut self, now: SystemTime, may_borrow: bool) -> Drawn {
        let second = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        // A clock set back begins a new second too, or nothing would be taken until it has caught up.
        if second != self.second {
            self.second = second;
            self.taken = 0;
        }
        let (limit, drawn) = match self.quota {
            Some(quota) if now <= quota.until => (quota.each_second, Drawn::Quota),
            _ if may_borrow => (1, Drawn::Borrowed),
            _ => (0, Drawn::Nothing),
        };
        if self.taken >= limit {
            return Drawn::Nothing;
        }
        self.taken += 1;
        drawn
    }
}
