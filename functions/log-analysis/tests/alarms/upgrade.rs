//! An upgrade that groups messages in another way: known errors must not be reported as new.

use shared::{
    log_store::{LogStore as _, RecordKind},
    model::{analysis::NoveltyUnknown, window::Window},
};

use super::{AnalysisFixture, soon, start};

impl AnalysisFixture {
    /// Gives the records so far the patterns of a version without a number.
    async fn record_with_earlier_patterns(&self) {
        let service = "gm-tool".parse().expect("a name");
        let all = Window {
            start: start(-1_000),
            end: start(1_000),
        };
        let records = self
            .store
            .records(RecordKind::Analysis, &service, all, 100, soon());
        for mut record in records.await.expect("records") {
            let body = record.body.as_object_mut().expect("an object");
            body.remove("patternVersion").expect("a version");
            self.store.put_record(&record, soon()).await.expect("put");
        }
    }
}

#[tokio::test]
async fn no_error_is_new_for_a_day() {
    for is_upgraded in [false, true] {
        let fixture = AnalysisFixture::new().await;
        fixture.calm([-97, -96, -95]).await;
        if is_upgraded {
            fixture.record_with_earlier_patterns().await;
        }
        fixture.calm([-4, -3, -2, -1]).await;
        fixture.logs(0, 300, 10, "no player").await;
        let analysis = fixture.run(0).await.expect("analysed");
        let unknown = is_upgraded.then_some(NoveltyUnknown::OtherPatterns);
        assert_eq!(analysis.new_errors_unknown, unknown);
        assert_eq!(analysis.new_errors.is_none(), is_upgraded);
        let error = analysis.top_errors.first().expect("an error");
        assert_eq!(error.is_new, (!is_upgraded).then_some(true));
        let alerts = fixture.titles();
        let is_new = alerts.iter().any(|title| title.contains("new error"));
        assert_eq!(is_new, !is_upgraded, "{alerts:?}");

        // The error goes on, and a day later another one is new.
        for number in 1..4 {
            fixture.logs(number, 300, 10, "no player").await;
            fixture.run(number).await.expect("analysed");
        }
        if is_upgraded {
            assert_eq!(fixture.titles(), Vec::<String>::new());
        }
        for number in 94..96 {
            fixture.logs(number, 100, 0, "all is well").await;
            fixture.run(number).await.expect("analysed");
        }
        fixture.sent();
        fixture.logs(96, 300, 10, "no item").await;
        let analysis = fixture.run(96).await.expect("analysed");
        assert_eq!(analysis.new_errors_unknown, None);
        let alerts = fixture.titles();
        assert_eq!(alerts, ["new error, 10 times: no item"]);
    }
}
