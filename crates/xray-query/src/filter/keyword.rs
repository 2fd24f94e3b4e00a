//! The keywords, and where each of them means something.

/// What a condition is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// The whole trace.
    Trace,
    /// A visit to a service, in the braces of `service`.
    Service,
    /// A call, in the braces of `edge`.
    Edge,
    /// An item of a list, in the braces of `rootcause.….…`.
    RootCause(Cause, Listed),
}

/// Which of a trace's root causes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    Fault,
    Error,
    ResponseTime,
}

/// Which items of a root cause.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Listed {
    Service,
    Entity,
    Exception,
}

macro_rules! keywords {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[allow(missing_docs, reason = "each name says it")]
        pub(crate) enum $type { $($variant,)* }

        impl $type {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Keywords are the same in any case.
            pub(crate) fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|keyword| keyword.word().eq_ignore_ascii_case(word))
            }
        }
    };
}

keywords!(
    /// Keywords that are true or false.
    Flag {
        Ok = "ok",
        Error = "error",
        Throttle = "throttle",
        Fault = "fault",
        Partial = "partial",
        Inferred = "inferred",
        First = "first",
        Last = "last",
        Remote = "remote",
        Root = "root",
    }
);

keywords!(
    /// Keywords whose value is a number.
    Number {
        ResponseTime = "responsetime",
        Duration = "duration",
        HttpStatus = "http.status",
        Index = "index",
        Coverage = "coverage",
    }
);

keywords!(
    /// Keywords whose value is a text.
    Text {
        HttpUrl = "http.url",
        HttpMethod = "http.method",
        HttpUserAgent = "http.useragent",
        HttpClientIp = "http.clientip",
        User = "user",
        Name = "name",
        Type = "type",
        Message = "message",
        AvailabilityZone = "availabilityzone",
        InstanceId = "instance.id",
        ResourceArn = "resource.arn",
    }
);

impl Flag {
    /// Whether it means something there.
    pub(crate) fn belongs(self, scope: Scope) -> bool {
        match (self, scope) {
            (Self::First | Self::Last, scope) => matches!(scope, Scope::RootCause(..)),
            (Self::Remote, scope) => matches!(scope, Scope::RootCause(_, Listed::Entity)),
            (Self::Root, scope) => matches!(scope, Scope::Service),
            (Self::Inferred, Scope::RootCause(_, listed)) => listed == Listed::Service,
            (_, Scope::RootCause(..)) => false,
            _ => true,
        }
    }
}

impl Number {
    /// Whether it means something there.
    pub(crate) fn belongs(self, scope: Scope) -> bool {
        match self {
            Self::Index => matches!(scope, Scope::RootCause(..)),
            Self::Coverage => scope == Scope::RootCause(Cause::ResponseTime, Listed::Entity),
            _ => !matches!(scope, Scope::RootCause(..)),
        }
    }
}

impl Text {
    /// Whether it means something there.
    pub(crate) fn belongs(self, scope: Scope) -> bool {
        match (self, scope) {
            (Self::Message, scope) => matches!(scope, Scope::RootCause(_, Listed::Exception)),
            (Self::Name, scope) => scope != Scope::Trace,
            (Self::Type, Scope::RootCause(_, listed)) => listed == Listed::Service,
            (Self::Type, scope) => scope != Scope::Trace,
            (_, scope) => !matches!(scope, Scope::RootCause(..)),
        }
    }
}

/// Where a keyword that does not belong somewhere does belong, to say so.
pub(crate) fn home(word: &str) -> &'static str {
    match word {
        "first" | "last" | "index" => {
            "the braces of `rootcause.….service`, `….entity` or `….exception`"
        }
        "remote" => "the braces of `rootcause.….entity`",
        "root" => "the braces of `service(…)`",
        "coverage" => "the braces of `rootcause.responsetime.entity`",
        "message" => "the braces of `rootcause.fault.exception` or `rootcause.error.exception`",
        "name" | "type" => "the braces of `service(…)`, `edge(…)` or `rootcause.….service`",
        "inferred" => {
            "the trace, or the braces of `service(…)`, `edge(…)` or `rootcause.….service`"
        }
        _ => "the trace, or the braces of `service(…)` or `edge(…)`",
    }
}
