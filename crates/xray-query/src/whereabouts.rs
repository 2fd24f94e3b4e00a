//! Where a segment ran, as its `aws` object says.

use xray_segment::Segment;

/// ARNs of what it ran on: a Lambda function, an ECS container or task, or what `resource_arn` names.
pub(crate) fn resource_arns(segment: &Segment) -> impl Iterator<Item = &str> {
    [
        &["resource_arn"][..],
        &["function_arn"],
        &["ecs", "container_arn"],
        &["ecs", "task_arn"],
    ]
    .into_iter()
    .filter_map(|path| at(segment, path))
}

/// EC2 instances.
pub(crate) fn instance_ids(segment: &Segment) -> impl Iterator<Item = &str> {
    at(segment, &["ec2", "instance_id"]).into_iter()
}

/// Availability zones.
pub(crate) fn availability_zones(segment: &Segment) -> impl Iterator<Item = &str> {
    [
        &["ec2", "availability_zone"][..],
        &["ecs", "availability_zone"],
    ]
    .into_iter()
    .filter_map(|path| at(segment, path))
}

fn at<'a>(segment: &'a Segment, path: &[&str]) -> Option<&'a str> {
    let (first, rest) = path.split_first()?;
    let mut value = segment.aws.get(*first)?;
    for key in rest {
        value = value.get(*key)?;
    }
    value.as_str().filter(|text| !text.is_empty())
}
