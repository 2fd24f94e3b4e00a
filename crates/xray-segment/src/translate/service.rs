//! The version of the application.

use super::attributes::{Attributes, text, texts};
use crate::segment::Service;

/// The service's version, else the first tag of its container's image.
pub(super) fn of(resource: &Attributes<'_>) -> Option<Service> {
    let version = resource
        .text(&["service.version", "container.image.tag"])
        .or_else(|| {
            let tags = resource.value("container.image.tags")?;
            text(tags).or_else(|| texts(tags)?.first().copied())
        })?;
    Some(Service {
        version: Some(version.to_owned()),
        ..Service::default()
    })
}
