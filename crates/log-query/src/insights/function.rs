//! The functions by name, and how many arguments each takes. What they do is not here.

macro_rules! functions {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal $least:literal..=$most:tt,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum $type { $($variant,)* }

        impl $type {
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How many arguments it takes, at least and at most.
            pub(super) fn arguments(self) -> (usize, usize) {
                match self { $(Self::$variant => ($least, $most),)* }
            }

            /// Names are the same in any case.
            pub(super) fn of(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|function| function.name().eq_ignore_ascii_case(name))
            }
        }
    };
}

/// As many arguments as a query has room for.
const ANY: usize = usize::MAX;

functions!(
    /// Functions of one event or row.
    Function {
        Abs = "abs" 1..=1,
        Ceil = "ceil" 1..=1,
        Floor = "floor" 1..=1,
        Greatest = "greatest" 1..=ANY,
        Least = "least" 1..=ANY,
        Log = "log" 1..=1,
        Sqrt = "sqrt" 1..=1,
        IsEmpty = "isempty" 1..=1,
        IsBlank = "isblank" 1..=1,
        Concat = "concat" 1..=ANY,
        Ltrim = "ltrim" 1..=2,
        Rtrim = "rtrim" 1..=2,
        Trim = "trim" 1..=2,
        Strlen = "strlen" 1..=1,
        Toupper = "toupper" 1..=1,
        Tolower = "tolower" 1..=1,
        Substr = "substr" 2..=3,
        Replace = "replace" 3..=3,
        Strcontains = "strcontains" 2..=2,
        Bin = "bin" 1..=1,
        Datefloor = "datefloor" 2..=2,
        Dateceil = "dateceil" 2..=2,
        FromMillis = "fromMillis" 1..=1,
        ToMillis = "toMillis" 1..=1,
        Now = "now" 0..=0,
        IsPresent = "ispresent" 1..=1,
        Coalesce = "coalesce" 1..=ANY,
        IsValidIp = "isValidIp" 1..=1,
        IsValidIpV4 = "isValidIpV4" 1..=1,
        IsValidIpV6 = "isValidIpV6" 1..=1,
        IsIpInSubnet = "isIpInSubnet" 2..=2,
        IsIpv4InSubnet = "isIpv4InSubnet" 2..=2,
        IsIpv6InSubnet = "isIpv6InSubnet" 2..=2,
    }
);

functions!(
    /// Functions of many events or rows, in `stats` alone.
    Aggregate {
        Count = "count" 0..=1,
        CountDistinct = "count_distinct" 1..=1,
        Sum = "sum" 1..=1,
        Avg = "avg" 1..=1,
        Min = "min" 1..=1,
        Max = "max" 1..=1,
        Pct = "pct" 2..=2,
        Stddev = "stddev" 1..=1,
        Earliest = "earliest" 1..=1,
        Latest = "latest" 1..=1,
        SortsFirst = "sortsFirst" 1..=1,
        SortsLast = "sortsLast" 1..=1,
    }
);

/// Functions that the service or its neighbours have and this crate has not, and what to do instead.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("median", "`pct(field, 50)` is the median"),
    ("percentile", "it is called `pct`"),
    (
        "jsonParse",
        "fields of JSON messages are there by their names",
    ),
    (
        "jsonStringify",
        "fields of JSON messages are there by their names",
    ),
    ("rate", "time-series functions are not supported"),
    ("count_over_time", "`count(*) … by bin(…)` counts by time"),
    ("sum_over_time", "`sum(…) … by bin(…)` adds up by time"),
    ("histogram", "time-series functions are not supported"),
    (
        "count_frequent",
        "`count(*) … by field | sort count(*) desc` counts exactly",
    ),
];
