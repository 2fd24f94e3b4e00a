//! What keywords mean of a trace, of a visit to a service, of a call, and of an item of a root cause.

use xray_segment::{Annotation, HttpRequest, Segment};

use super::cause::ListedItem;
use crate::{
    filter::keyword::{Flag, Number, Text},
    summary::{has_throttle, is_partial, trace_duration},
    view::{Node, View, duration, each, micros},
    whereabouts,
};

/// What a condition is asked of.
pub(super) enum Item<'a> {
    Trace(&'a View<'a>),
    Service(&'a View<'a>, &'a Node<'a>),
    /// The call that led to the node.
    Edge(&'a Node<'a>),
    Cause(&'a ListedItem),
}

impl<'a> Item<'a> {
    /// The segment or subsegment whose request and result are meant.
    fn segment(&self) -> Option<&'a Segment> {
        match self {
            Self::Trace(view) => view.root().map(|root| root.segment),
            Self::Service(_, node) => Some(node.segment),
            Self::Edge(node) => Some(node.call()),
            Self::Cause(_) => None,
        }
    }

    /// All segments and subsegments that are meant.
    fn each_part(&self, visit: &mut impl FnMut(&'a Segment)) {
        match self {
            Self::Trace(view) => {
                for segment in &view.trace.segments {
                    each(segment, visit);
                }
            }
            Self::Service(_, node) => each(node.segment, visit),
            Self::Edge(node) => visit(node.call()),
            Self::Cause(_) => {}
        }
    }

    fn any_part(&self, mut wanted: impl FnMut(&'a Segment) -> bool) -> bool {
        let mut found = false;
        self.each_part(&mut |part| found = found || wanted(part));
        found
    }

    pub(super) fn flag(&self, flag: Flag) -> bool {
        if let Self::Cause(listed) = self {
            return match flag {
                Flag::First => listed.index == 0,
                Flag::Last => listed.index + 1 == listed.count,
                Flag::Remote => listed.remote,
                Flag::Inferred => listed.inferred,
                _ => false,
            };
        }
        match (flag, self) {
            (Flag::Throttle, Self::Trace(view)) => return has_throttle(view),
            (Flag::Partial, Self::Trace(view)) => return is_partial(view.trace),
            (Flag::Inferred, Self::Trace(view)) => {
                return view.nodes.iter().any(|node| node.inferred);
            }
            _ => {}
        }
        let Some(segment) = self.segment() else {
            return false;
        };
        match (flag, self) {
            (Flag::Ok, _) => !(segment.fault || segment.error || segment.throttle),
            (Flag::Fault, _) => segment.fault,
            (Flag::Error, _) => segment.error,
            (Flag::Throttle, _) => segment.throttle,
            (Flag::Partial, _) => segment.in_progress,
            (Flag::Inferred, Self::Service(_, node) | Self::Edge(node)) => node.inferred,
            (Flag::Root, Self::Service(view, node)) => {
                view.root().is_some_and(|root| std::ptr::eq(root, *node))
            }
            _ => false,
        }
    }

    pub(super) fn number(&self, number: Number) -> Option<f64> {
        match (number, self) {
            #[allow(clippy::cast_precision_loss, reason = "lists are short")]
            (Number::Index, Self::Cause(listed)) => Some(listed.index as f64),
            (Number::Coverage, Self::Cause(listed)) => listed.coverage,
            (Number::ResponseTime, _) => duration(self.segment()?),
            (Number::Duration, Self::Trace(view)) => Some(trace_duration(view)),
            (Number::Duration, _) => {
                let start = self.segment()?.start_time;
                let mut end: Option<f64> = None;
                self.each_part(&mut |part| {
                    end = [end, part.end_time].into_iter().flatten().reduce(f64::max);
                });
                Some(micros(end? - start))
            }
            #[allow(clippy::cast_precision_loss, reason = "statuses have three digits")]
            (Number::HttpStatus, _) => {
                let http = self.segment()?.http.as_ref()?;
                Some(http.response.as_ref()?.status? as f64)
            }
            _ => None,
        }
    }

    fn request(&self) -> Option<&'a HttpRequest> {
        self.segment()?.http.as_ref()?.request.as_ref()
    }

    pub(super) fn any_text(&self, text: Text, wanted: &dyn Fn(&str) -> bool) -> bool {
        let one = |value: Option<&str>| value.is_some_and(wanted);
        let of_request =
            |part: fn(&HttpRequest) -> Option<&str>| one(self.request().and_then(part));
        match text {
            Text::HttpUrl => of_request(|request| request.url.as_deref()),
            Text::HttpMethod => of_request(|request| request.method.as_deref()),
            Text::HttpUserAgent => of_request(|request| request.user_agent.as_deref()),
            Text::HttpClientIp => of_request(|request| request.client_ip.as_deref()),
            Text::User => self.any_part(|part| one(part.user.as_deref())),
            Text::AvailabilityZone => {
                self.any_part(|part| whereabouts::availability_zones(part).any(wanted))
            }
            Text::InstanceId => self.any_part(|part| whereabouts::instance_ids(part).any(wanted)),
            Text::ResourceArn => self.any_part(|part| whereabouts::resource_arns(part).any(wanted)),
            Text::Name => match self {
                Self::Trace(_) => false,
                Self::Service(_, node) | Self::Edge(node) => wanted(&node.service.name),
                Self::Cause(listed) => wanted(&listed.name),
            },
            Text::Type => match self {
                Self::Trace(_) => false,
                Self::Service(_, node) | Self::Edge(node) => one(node.service.kind.as_deref()),
                Self::Cause(listed) => one(listed.kind.as_deref()),
            },
            Text::Message => match self {
                Self::Cause(listed) => one(listed.message.as_deref()),
                _ => false,
            },
        }
    }

    pub(super) fn any_annotation(&self, key: &str, wanted: &dyn Fn(&Annotation) -> bool) -> bool {
        self.any_part(|part| part.annotations.get(key).is_some_and(wanted))
    }
}
