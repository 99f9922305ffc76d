//! Prefixes of text in the orders of many loggers, and dates as Korean and JavaScript programs write them.

use super::check;

#[test]
fn the_level_and_the_time_stand_in_many_places() {
    let shown = check(&[
        "2026-11-24T09:00:01.123Z pid=1 tid=abc class=PayJob jid=123 WARN: Retrying",
        "2026-11-24 09:00:01.12 spid51      Error: 18456, Severity: 14, State: 8.",
        "[09:00:01] [Server thread/ERROR]: Could not pass event",
        "[ERROR/MainProcess] worker failed",
        "ERROR [CompactionExecutor:1] 2026-11-24 09:00:01,123 CassandraDaemon.java:228 - Exception",
        "[2026-11-24T09:00:01.123+0000] {taskinstance.py:1824} ERROR - Task failed",
        "2026-11-24 09:00:01.1234|ERROR|Shop.Program|Boom",
        "ERROR|2026-11-24 09:00:01|pay|boom",
        r#"2026-11-24T09:00:01Z,ERROR,pay,"boom, again""#,
        "2026-11-24 09:00:01;ERROR;pay;boom",
        "####<Nov 24, 2026 9:00:01 AM UTC> <Error> <HTTP> <host> <server> <Servlet failed>",
        "[2026-11-24][09:00:01][app][ERROR] boom",
        "2026-11-24T09:00:01Z E! [outputs.http] Error writing",
        "<3>[12345.678901] EXT4-fs error (device sda1)",
        "11-24 09:00:01.123 E/Unity   ( 1234): NullReferenceException",
        "2026-11-24T09:00:01.123456+00:00 app[web.1]: [error] boom",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn what_looks_like_such_a_prefix_and_is_none_has_no_level() {
    for line in [
        "2026-11-24T09:00:01Z {error} in the template",
        "2026-11-24T09:00:01Z,0,errors",
        "2026-11-24 09:00:01;orders;3 ERROR rows",
        "2026-11-24T09:00:01Z id=1 name=a ERRORS were few",
        "2026-11-24T09:00:01Z Oops! nothing",
        "[a/b] 12 of 13",
        "#### Error budget",
    ] {
        assert!(
            check(&[line]).contains("\n  text - ") || check(&[line]).contains("\n  unknown - "),
            "{}",
            check(&[line])
        );
    }
}

#[test]
fn dates_of_korean_and_javascript_programs_are_read() {
    let shown = check(&[
        "2026년 11월 24일 09:00:01 경고: 재고 부족",
        "2026년 11월 24일 오전 9시 0분 1초 [치명] 서버 중단",
        "2026년11월24일 오후 6시 30분 오류: 결제 실패",
        "2026. 11. 24. 오전 9:00:01 [ERROR] 결제 실패",
        "Tue Nov 24 2026 18:00:01 GMT+0900 (대한민국 표준시) ERROR 결제 실패",
        "Tue Nov 24 2026 09:00:01 GMT+0000 (Coordinated Universal Time) ERROR boom",
        "2026-11-24 18:00:01 GMT+9 ERROR boom",
        "2026-11-24 04:00:01 UTC-05:00 ERROR boom",
        "2026-11-24 09:00:01 UTC - ERROR - boom",
        "2026년 11월 매출 보고",
        "2026년 13월 24일 09:00:01 경고: 없는 달",
        "2026년 11월 24일 9시 75분 경고: 없는 시각",
        "2026년 11월 24일 9시간 점검",
    ]);
    insta::assert_snapshot!(shown);
}
