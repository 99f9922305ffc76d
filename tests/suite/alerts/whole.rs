//! The whole function, from the event to what people see, with a Slack and a mail server that fail
//! on request.

use std::{fs, path::Path, sync::Arc, time::Duration};

use alert_fanout::{
    Context, FanoutAnswer, FanoutError, FanoutReport, Setup, handle,
    interaction::decisions,
    invocation::{InvocationAnswer, invoke},
    routing::mute::TeamDecisions,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bongsu_tests::{
    ministack::config_at,
    slack::{CHANNEL_ID, Fault, SlackServer, TOKEN},
    smtp::SmtpServer,
};
use embedded_store::EmbeddedLedger;
use jiff::Timestamp;
use shared::{
    custom_resource::DeliveredAnswer,
    deadline::Deadline,
    env::{Settings, names},
    invocation::Invocation,
    ledger::Ledger,
};

use crate::documents::instant;

/// A team with Slack and mail.
pub(super) struct Team {
    pub(super) slack: SlackServer,
    pub(super) mail: SmtpServer,
    ledger: Arc<dyn Ledger>,
    /// Further settings.
    settings: Vec<(&'static str, String)>,
    /// The time of a run.
    pub(super) time: Duration,
}

impl Team {
    pub(super) async fn new() -> Self {
        let soon = Deadline::after(Duration::from_mins(1));
        let ledger = EmbeddedLedger::in_memory(soon).await.expect("a ledger");
        Self::with_ledger(Arc::new(ledger))
    }

    pub(super) fn with_ledger(ledger: Arc<dyn Ledger>) -> Self {
        Self {
            slack: SlackServer::start(),
            mail: SmtpServer::start(),
            ledger,
            settings: Vec::new(),
            time: Duration::from_secs(50),
        }
    }

    /// One run with an event of a file.
    async fn handle(&self, event: &str, now: &str) -> Result<FanoutReport, FanoutError> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
        let event = fs::read_to_string(path.join(event)).expect("an event");
        let answer = self.run(&event, instant(now), 1).await;
        answer.map(|answer| answer.report)
    }

    /// Adds a setting.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.settings.push((name, value.to_owned()));
        self
    }

    /// A function that has just started, so many times as fast as in truth.
    async fn context(&self, speed: u32) -> Context {
        let server = format!("smtp://127.0.0.1:{}", self.mail.port);
        let api = self.slack.api();
        let mut pairs = vec![
            (names::SLACK_TOKEN, TOKEN),
            (names::SLACK_CHANNEL, CHANNEL_ID),
            (names::SLACK_API_URL, api.as_str()),
            (names::ALERT_EMAIL_SENDER, "봉수 <bongsu@example.com>"),
            (names::ALERT_EMAIL_RECIPIENTS, "ops@example.com"),
            (names::SMTP_URL, server.as_str()),
            (names::ALERT_LANGUAGE, "ko"),
            (names::ALERT_GRAPHS, "false"),
        ];
        let more = self.settings.iter();
        pairs.extend(more.map(|(name, value)| (*name, value.as_str())));
        let mut settings = Settings::from_pairs(pairs);
        let setup = Setup::read(&mut settings).with_speed(speed);
        settings.finish().expect("right settings");
        let aws = config_at("http://127.0.0.1:1").await;
        let context = setup.context(Arc::clone(&self.ledger), &aws);
        context.expect("a context")
    }

    /// One run of a function that has just started.
    pub(super) async fn run(
        &self,
        event: &str,
        now: Timestamp,
        speed: u32,
    ) -> Result<FanoutAnswer, FanoutError> {
        let context = self.context(speed).await;
        handle(event, &context, &self.invocation(event, now)).await
    }

    /// The status that the function answers to a request to its URL, as Lambda invokes it.
    pub(super) async fn respond(&self, request: &str, now: Timestamp) -> u16 {
        let function = (self.context(1).await, "bongsu".to_owned());
        let answer = invoke(request, Ok(&function), &self.invocation(request, now)).await;
        match answer.expect("an answer") {
            InvocationAnswer::Url(response) => response.status_code,
            other => panic!("not an answer of the URL: {other:?}"),
        }
    }

    /// What the function answers to a request of CloudFormation.
    pub(super) async fn check(&self, request: &str, now: Timestamp) -> DeliveredAnswer {
        let function = (self.context(1).await, "bongsu".to_owned());
        let answer = invoke(request, Ok(&function), &self.invocation(request, now)).await;
        match answer.expect("an answer") {
            InvocationAnswer::Settings(answer) => answer,
            other => panic!("not an answer to CloudFormation: {other:?}"),
        }
    }

    /// What the team decided, as the ledger has it.
    pub(super) async fn decisions(&self, now: Timestamp) -> TeamDecisions {
        let soon = Deadline::after(Duration::from_mins(1));
        let read = decisions::read(&*self.ledger, now, soon).await;
        read.expect("the ledger answers")
    }

    fn invocation(&self, event: &str, now: Timestamp) -> Invocation {
        Invocation {
            request_id: format!("{now} {event:.200}"),
            now,
            deadline: Deadline::after(self.time),
        }
    }

    /// The number of e-mails.
    pub(super) fn mails(&self) -> usize {
        self.mail.mails().len()
    }
}

const ALARM: &str = "alert-fanout.cloudwatch-alarm.json";
const OVER: &str = "alert-fanout.cloudwatch-alarm-ok.json";

#[tokio::test]
async fn every_channel_sends_an_alarm_once_and_shows_its_resolution() {
    let team = Team::new().await;
    // Slack wants to be left alone for longer than the run may take.
    let busy = Fault::RateLimited(60);
    team.slack.fail("chat.postMessage", busy);
    let error = team.handle(ALARM, "2026-11-24T00:41:15Z").await;
    let error = error.expect_err("Slack has it not");
    assert!(error.is_retryable(), "{error}");
    assert_eq!(error.report().delivered, 1);
    assert_eq!(
        (team.slack.messages().len(), team.mail.mails().len()),
        (0, 1)
    );

    let report = team.handle(ALARM, "2026-11-24T00:42:15Z").await;
    let report = report.expect("everybody has it");
    let counts = (report.delivered, report.already_delivered);
    assert_eq!(counts, (1, 1), "{report:?}");
    let messages = team.slack.messages();
    assert_eq!((messages.len(), team.mail.mails().len()), (1, 1));

    for (time, delivered) in [("2026-11-24T01:30:00Z", 2), ("2026-11-24T01:31:00Z", 0)] {
        let report = team.handle(OVER, time).await.expect("everybody has it");
        assert_eq!(report.delivered, delivered, "{report:?}");
    }
    let after = team.slack.messages();
    assert_eq!(after.len(), 2, "{after:?}");
    assert_eq!((after[0].edits, &after[0].ts), (1, &messages[0].ts));
    assert_ne!(after[0].attachments, messages[0].attachments);
    assert_eq!(after[1].thread.as_ref(), Some(&messages[0].ts));
    let mails = team.mail.mails();
    assert_eq!(mails.len(), 2);
    let answer = String::from_utf8_lossy(&mails[1].mail);
    assert!(answer.contains("In-Reply-To: <"), "{answer}");
    team.slack.assert_well_used();
}

#[tokio::test]
async fn a_channel_of_slack_that_is_gone_hinders_no_mail_and_is_counted() {
    let team = Team::new().await;
    team.slack
        .fail("chat.postMessage", Fault::Code("channel_not_found"));
    let report = team.handle(ALARM, "2026-11-24T00:41:15Z").await;
    let report = report.expect("the mail arrived");
    assert_eq!((report.failed, report.delivered), (1, 1), "{report:?}");
    // The alarm, and that Slack does not work.
    let mails = team.mail.mails();
    assert_eq!(mails.len(), 2);
    let notice = String::from_utf8_lossy(&mails[1].mail);
    let encoded = notice.replace("\r\n", "");
    // The subject, from "[심각] 봉수:" on, as the mail encodes it.
    let subject = BASE64_STANDARD.encode("[심각] 봉수:");
    assert!(encoded.contains(&subject), "{notice}");
}
