//! The parts of an ARN: `arn:partition:service:region:account:resource`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

/// The parts of an ARN. Any of them may be empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts, if the text is an ARN.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        (parts.next()? == "arn").then_some(())?;
        let [_partition, _service, region, account, resource] = [(); 5].map(|()| parts.next());
        Some(Self {
            region: region?,
            account: account?,
            resource: resource?,
        })
    }
}

/// What an ARN names, without where it is: `games/gm-tool` of
/// `arn:aws:ecs:ap-northeast-2:123456789012:service/games/gm-tool`. A text that is no ARN stays.
pub(super) fn name(text: &str) -> &str {
    let Some(arn) = Arn::read(text) else {
        return text;
    };
    let name = arn.resource.split_once(['/', ':']);
    name.map_or(arn.resource, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{Arn, name};

    #[test]
    fn the_parts_of_an_arn_are_read() {
        let arn =
            Arn::read("arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:a:b").expect("ARN");
        assert_eq!(arn.region, "cn-north-1");
        assert_eq!(arn.account, "123456789012");
        assert_eq!(arn.resource, "alarm:a:b");
        assert_eq!(Arn::read("arn:aws:s3"), None);
        assert_eq!(Arn::read("결제"), None);
    }

    #[test]
    fn a_name_is_what_stands_after_the_kind() {
        for (text, expected) in [
            ("arn:aws:ecs:r:1:service/games/gm-tool", "games/gm-tool"),
            ("arn:aws:rds:r:1:db:players", "players"),
            ("arn:aws:s3:::bucket", "bucket"),
            ("i-0123", "i-0123"),
        ] {
            assert_eq!(name(text), expected);
        }
    }
}
