//! A code for each row, as narrow as the number of different values allows.

/// Codes of one, two or four bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Codes {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// The same expression over the codes, whatever their width.
macro_rules! each_code {
    ($codes:expr, $name:ident => $body:expr) => {
        match $codes {
            $crate::column::Codes::One($name) => $body,
            $crate::column::Codes::Two($name) => $body,
            $crate::column::Codes::Four($name) => $body,
        }
    };
}
pub(crate) use each_code;

impl Codes {
    /// As narrow as the greatest of `codes`, `greatest`, allows.
    pub(crate) fn new(codes: impl Iterator<Item = u32>, greatest: usize) -> Codes {
        match greatest {
            0..=0xff => Codes::One(codes.map(|code| code as u8).collect()),
            0x100..=0xffff => Codes::Two(codes.map(|code| code as u16).collect()),
            _ => Codes::Four(codes.collect()),
        }
    }

    pub(crate) fn get(&self, row: usize) -> u32 {
        match self {
            Codes::One(codes) => codes[row].into(),
            Codes::Two(codes) => codes[row].into(),
            Codes::Four(codes) => codes[row],
        }
    }

    pub(crate) fn len(&self) -> usize {
        each_code!(self, codes => codes.len())
    }

    pub(crate) fn greatest(&self) -> u32 {
        match self {
            Codes::One(codes) => codes.iter().copied().max().unwrap_or(0).into(),
            Codes::Two(codes) => codes.iter().copied().max().unwrap_or(0).into(),
            Codes::Four(codes) => codes.iter().copied().max().unwrap_or(0),
        }
    }

    pub(crate) fn memory(&self) -> usize {
        match self {
            Codes::One(codes) => codes.len(),
            Codes::Two(codes) => codes.len() * 2,
            Codes::Four(codes) => codes.len() * 4,
        }
    }
}
