//! What kind of AWS resource the application runs on.

use super::attributes::Attributes;

/// X-Ray's name for it; none for what does not run on AWS.
pub(super) fn of(resource: &Attributes<'_>) -> Option<String> {
    if !is_aws(resource) {
        return None;
    }
    let origin = match resource.text(&["cloud.platform"])? {
        "aws_app_runner" => "AWS::AppRunner::Service",
        "aws_eks" => "AWS::EKS::Container",
        "aws_elastic_beanstalk" => "AWS::ElasticBeanstalk::Environment",
        "aws_ecs" => match resource.text(&["aws.ecs.launchtype"]) {
            Some("ec2") => "AWS::ECS::EC2",
            Some("fargate") => "AWS::ECS::Fargate",
            _ => "AWS::ECS::Container",
        },
        "aws_ec2" => "AWS::EC2::Instance",
        _ => return None,
    };
    Some(origin.to_owned())
}

/// The provider is AWS, or not told.
pub(super) fn is_aws(resource: &Attributes<'_>) -> bool {
    matches!(resource.text(&["cloud.provider"]), None | Some("aws"))
}
