//! IP addresses and subnets.

use std::net::IpAddr;

use super::super::function::Function;

/// Addresses whose first bits are the same.
pub(in super::super) struct Subnet {
    address: IpAddr,
    bits: u32,
}

impl Subnet {
    /// Reads CIDR notation, such as `192.0.2.0/24` or `2001:db8::/32`.
    pub(in super::super) fn of(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let bits = bits.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether the function's second argument is one.
    pub(in super::super) fn is_argument_of(function: Function) -> bool {
        matches!(
            function,
            Function::IsIpInSubnet | Function::IsIpv4InSubnet | Function::IsIpv6InSubnet
        )
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                (one.to_bits() ^ other.to_bits()).leading_zeros() >= self.bits
            }
            (IpAddr::V6(one), IpAddr::V6(other)) => {
                (one.to_bits() ^ other.to_bits()).leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}
