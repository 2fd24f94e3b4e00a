//! Recorded sessions: requests as they were on the wire, one after the other, each followed by a newline.

/// One request.
pub(crate) struct Recorded<'r> {
    pub(crate) headers: Vec<(&'r str, &'r str)>,
    pub(crate) body: &'r str,
}

impl<'r> Recorded<'r> {
    pub(crate) fn header(&self, wanted: &str) -> &'r str {
        let found = self.find(wanted);
        found.unwrap_or_else(|| panic!("no header {wanted}"))
    }

    pub(crate) fn find(&self, wanted: &str) -> Option<&'r str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| *value)
    }

    /// The call's name.
    pub(crate) fn operation(&self) -> &'r str {
        let Some(target) = self.find("x-amz-target") else {
            // STS takes forms.
            let action = self.body.strip_prefix("Action=").expect(self.body);
            return action.split('&').next().unwrap_or_default();
        };
        target.strip_prefix("Logs_20140328.").expect(target)
    }

    /// When it was signed, in seconds since the Unix epoch; all were in November 2026.
    pub(crate) fn date(&self) -> u64 {
        const NOVEMBER: u64 = 1_793_491_200;
        let date = self.header("x-amz-date");
        assert!(date.starts_with("202611"), "{date}");
        let number = |at: usize| date[at..at + 2].parse::<u64>().expect(date);
        NOVEMBER + (number(6) - 1) * 86_400 + number(9) * 3_600 + number(11) * 60 + number(13)
    }
}

pub(crate) fn requests(mut session: &str) -> Vec<Recorded<'_>> {
    let mut all = Vec::new();
    while !session.is_empty() {
        let (head, rest) = session.split_once("\r\n\r\n").expect("a head and a body");
        let mut lines = head.lines();
        assert_eq!(lines.next(), Some("POST / HTTP/1.1"));
        let headers = lines.map(|line| line.split_once(": ").expect("a header"));
        let mut request = Recorded {
            headers: headers.collect(),
            body: "",
        };
        let length = request.header("content-length").parse().expect("a length");
        (request.body, session) = rest.split_at(length);
        session = session.strip_prefix('\n').expect("a newline");
        all.push(request);
    }
    all
}
