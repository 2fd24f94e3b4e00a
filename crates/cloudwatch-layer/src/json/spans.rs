//! Fields of spans, kept with the span for the events within it.

use tracing::{
    Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{layer::Context, registry::LookupSpan};

use super::fields::{Fields, Names, Recorder};

/// A span's fields. Layers of this crate over the same registry share them.
#[derive(Debug)]
pub(crate) struct SpanFields(pub(crate) Fields);

pub(crate) fn on_new_span<S>(attributes: &Attributes<'_>, id: &Id, context: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    // Recorded before the extensions are locked: a field's `Debug` may look at its span.
    if span.extensions().get::<SpanFields>().is_some() {
        return;
    }
    let mut fields = Fields::default();
    attributes.record(&mut Recorder::span(&mut fields));
    span.extensions_mut().replace(SpanFields(fields));
}

pub(crate) fn on_record<S>(id: &Id, record: &Record<'_>, context: &Context<'_, S>)
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(span) = context.span(id) else { return };
    let mut new = Fields::default();
    record.record(&mut Recorder::span(&mut new));
    let mut extensions = span.extensions_mut();
    match extensions.get_mut::<SpanFields>() {
        Some(SpanFields(fields)) => fields.append(&new, Names::Own),
        // The span is older than the layer.
        None => extensions.insert(SpanFields(new)),
    }
}
