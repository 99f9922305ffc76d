//! The report of a scheduled window in which an incident begins, mailed through an emulator of SES.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_config::SdkConfig;
use aws_sdk_sesv2::Client;
use bongsu_tests::{
    http_server::{FakeResponse, HttpServer},
    ministack::{self, config_at},
};
use embedded_store::EmbeddedStore;
use jiff::{SignedDuration, Timestamp};
use log_analysis::{AnalysisError, Config, Context, handle, report_mail::ses::SesReports};
use serde_json::{Value, json};
use shared::{
    env::{Settings, names},
    invocation::Invocation,
    log_store::LogStore,
    model::{analysis::LogAnalysis, level::Level, log::LogDocument, service::ServiceName},
};

use crate::documents::{document, instant, new_service, soon};

const MESSAGE: &str = "결제가 실패했습니다: <카드사> 응답 없음";

/// A service whose windows are calm, except for the last one.
struct ReportFixture {
    store: Arc<EmbeddedStore>,
    service: ServiceName,
}

impl ReportFixture {
    const LAST: i32 = 4;

    async fn new() -> Self {
        let store = EmbeddedStore::in_memory().expect("a store");
        store.prepare(soon()).await.expect("prepared");
        let service = new_service("report");
        for number in 0..=Self::LAST {
            let documents: Vec<_> = (0..100)
                .map(|position| entry(number, position, number == Self::LAST && position < 50))
                .collect();
            let stored = store.index(&service, &documents, soon()).await;
            stored.expect("stored");
        }
        Self {
            store: Arc::new(store),
            service,
        }
    }

    /// Runs the schedule for a window.
    async fn run(&self, number: i32, aws: &SdkConfig) -> Result<LogAnalysis, AnalysisError> {
        let mut settings = Settings::from_pairs([
            (names::SERVICE_NAME, self.service.as_str()),
            (names::ALERT_EMAIL_SENDER, "봉수 <bongsu@example.com>"),
            (
                names::ANALYSIS_REPORT_RECIPIENTS,
                "ops@example.com, lead@example.com",
            ),
        ]);
        let config = Config::read(&mut settings);
        settings.finish().expect("valid settings");
        let addresses = config.report.clone().expect("recipients");
        let context = Context::new(self.store.clone(), config)
            .with_reports(Arc::new(SesReports::new(aws, addresses)));
        let now = start(number + 1) + SignedDuration::from_mins(3);
        let event = json!({ "scheduledTime": now }).to_string();
        let invocation = Invocation {
            request_id: "a run".to_owned(),
            now,
            deadline: soon(),
        };
        handle(&event, &context, &invocation).await
    }
}

fn start(number: i32) -> Timestamp {
    instant("2026-11-24T06:00:00Z") + Duration::from_mins(15) * u32::try_from(number).expect("0")
}

fn entry(number: i32, position: u32, is_error: bool) -> LogDocument {
    let timestamp = start(number) + Duration::from_secs(u64::from(position));
    let (level, message) = if is_error {
        (Level::Error, MESSAGE)
    } else {
        (Level::Info, "all is well")
    };
    LogDocument {
        id: timestamp.as_millisecond().to_string(),
        timestamp,
        level,
        message: message.to_owned(),
        pattern: message.to_owned(),
        ..document(0)
    }
}

#[tokio::test]
async fn the_report_of_an_incident_is_mailed_once_and_is_there_as_it_was_written() {
    let Some(server) = ministack::ministack() else {
        return;
    };
    let aws = server.config().await;
    let client = Client::new(&aws);
    let identity = client.create_email_identity().email_identity("example.com");
    // Another test may have made it.
    drop(identity.send().await);
    let fixture = ReportFixture::new().await;
    for number in 0..=ReportFixture::LAST {
        fixture.run(number, &aws).await.expect("analysed");
    }
    fixture
        .run(ReportFixture::LAST, &aws)
        .await
        .expect("analysed again");
    let url = format!("{}/_ministack/ses/messages", server.url);
    let all = reqwest::get(url).await.expect("an answer");
    let all: Value = all.json().await.expect("JSON");
    let accounts = all["messages"].as_object().expect("accounts").values();
    let mails: Vec<&Value> = accounts
        .filter_map(Value::as_array)
        .flatten()
        .filter(|mail| {
            let subject = mail["Subject"].as_str();
            subject.is_some_and(|subject| subject.contains(fixture.service.as_str()))
        })
        .collect();
    let [mail] = mails[..] else {
        panic!("one mail: {mails:?}");
    };
    assert_eq!(mail["To"], json!(["ops@example.com", "lead@example.com"]));
    assert_eq!(mail["Source"], "봉수 <bongsu@example.com>");
    let text = |name: &str| mail[name].as_str().expect("a text").to_owned();
    assert!(text("BodyText").contains(MESSAGE), "{mail}");
    let html = text("BodyHtml");
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    assert!(html.contains("결제가 실패했습니다: &lt;카드사&gt; 응답 없음"));
    assert!(html.contains("<svg"), "{html}");
}

#[tokio::test]
async fn a_report_that_ses_refuses_for_a_while_is_sent_by_the_next_attempt() {
    let fixture = ReportFixture::new().await;
    let is_slow = Arc::new(Mutex::new(true));
    let slow = Arc::clone(&is_slow);
    let server = HttpServer::start(move |_| {
        if *slow.lock().expect("no panic") {
            FakeResponse::Answer {
                status: 429,
                headers: vec!["x-amzn-ErrorType: TooManyRequestsException".to_owned()],
                body: json!({"message": "Maximum sending rate exceeded."}).to_string(),
            }
        } else {
            FakeResponse::new(200, r#"{"MessageId":"0100-a"}"#)
        }
    });
    let aws = config_at(&server.url).await;
    for number in 0..ReportFixture::LAST {
        fixture.run(number, &aws).await.expect("analysed");
    }
    assert_eq!(server.requests().len(), 0, "nothing happened yet");
    let failed = fixture.run(ReportFixture::LAST, &aws).await;
    let failed = format!("{:?}", failed.expect_err("SES is slow"));
    assert!(failed.contains("Maximum sending rate"), "{failed}");
    *is_slow.lock().expect("no panic") = false;
    let before = server.requests().len();
    for _ in 0..2 {
        let again = fixture.run(ReportFixture::LAST, &aws).await;
        again.expect("analysed");
    }
    assert_eq!(server.requests().len(), before + 1, "sent once");
}
