//! Routes of real paths.

use proptest::prelude::*;

use super::{path, route};
use crate::pattern_version::assert_known;

/// Paths and their routes.
const ROUTES: &[(&str, &str)] = &[
    ("/api/players/42", "/api/players/{id}"),
    ("/api/players/42/inventory/", "/api/players/{id}/inventory"),
    ("/users/gm-027", "/users/{id}"),
    ("/o/353c935e-50f1-4920-b916-53b107064da6", "/o/{id}"),
    (
        "/c/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "/c/{id}",
    ),
    ("/c/deadbeefcafefeed", "/c/{id}"),
    ("/t/aGVsbG8gd29ybGQtaGVsbG8", "/t/{id}"),
    ("/t/QkXwZyLmNpRsTvAb", "/t/{id}"),
    ("/days/2026-11-24", "/days/{id}"),
    ("/players/홍길동", "/players/{value}"),
    ("/players/%ED%99%8D%EA%B8%B8%EB%8F%99", "/players/{value}"),
    ("/공지사항/7", "/공지사항/{id}"),
    ("/결제/완료", "/결제/완료"),
    ("/결제/아주-긴-경로/확인", "/결제/아주-긴-경로/확인"),
    (
        "/payments/very-long-path/check",
        "/payments/very-long-path/check",
    ),
    (
        "/%EA%B2%B0%EC%A0%9C/%EC%A0%95%EA%B8%B0_%EA%B2%B0%EC%A0%9C",
        "/결제/정기_결제",
    ),
    ("/글/집에서-쉽게-밥을-짓는-방법", "/{value}/{value}"),
    ("/%EC%83%81%ED%92%88/7", "/상품/{id}"),
    ("/search/red%20shoes", "/search/{value}"),
    ("/a/%zz/%ff", "/a/{value}/{value}"),
    ("/a/user%2Dlist", "/a/user-list"),
    ("/mail/a@b.kr", "/mail/{value}"),
    ("/@alice/posts", "/{value}/posts"),
    ("/posts/how-to-cook-rice-at-home", "/posts/{value}"),
    ("/posts/10-ways-to-cook-rice", "/posts/{value}"),
    (
        "/auth/reset-password-by-email",
        "/auth/reset-password-by-email",
    ),
    (
        "/api/getPlayerInventoryItems",
        "/api/getPlayerInventoryItems",
    ),
    ("/static/app.3f2a1b.js", "/static/{file}"),
    ("/static/css/main.css", "/static/css/{file}"),
    ("/files/report.PDF", "/files/{file}"),
    ("/files/%EB%B3%B4%EA%B3%A0%EC%84%9C.hwp", "/files/{file}"),
    ("/favicon.ico", "/favicon.ico"),
    ("/admin/login.php", "/admin/login.php"),
    ("/shop/cart.do;jsessionid=0A1B2C", "/shop/cart.do"),
    ("/shop;v=1/cart%3Bjsessionid=0A1B2C", "/shop/cart"),
    ("/;jsessionid=0A1B2C", "/"),
    ("/api/v1/items", "/api/v1/items"),
    ("/oauth2/token", "/oauth2/token"),
    ("/players/:id", "/players/{id}"),
    ("/players/<int:id>", "/players/{id}"),
    ("/health", "/health"),
    ("/", "/"),
    ("", "/"),
    ("//a//b", "/a/b"),
];

#[test]
fn values_of_every_kind_become_one_route() {
    for (path, expected) in ROUTES {
        assert_eq!(route(path), *expected, "{path}");
    }
}

#[test]
fn a_change_of_routes_has_another_version() {
    const KNOWN: (u32, &str) = (
        1,
        "cf1aa3d5b674a5b4723206b810c2026d34f247de8a4e8ef07fd6062c9b4c1867",
    );
    let routes = ROUTES.iter().map(|(path, _)| route(path));
    assert_known(routes, KNOWN);
}

#[test]
fn a_path_is_what_lies_between_host_and_query() {
    for (target, expected) in [
        ("/api/logs/search?q=270", "/api/logs/search"),
        ("https://host:1/a/b?x#y", "/a/b"),
        ("https://host", "/"),
        ("/a#b?c", "/a"),
        ("/redirect?to=https://host/x", "/redirect"),
    ] {
        assert_eq!(path(target), expected, "{target}");
    }
}

#[test]
fn a_long_path_has_a_bounded_route() {
    assert_eq!(
        route(&"/a".repeat(100_000)),
        ["/a".repeat(16).as_str(), "/{value}"].concat()
    );
    assert_eq!(route(&["/", &"가".repeat(100_000)].concat()), "/{value}");
}

#[test]
fn the_length_of_a_segment_is_counted_in_characters_whatever_the_script() {
    for letter in ["가", "g"] {
        for letters in [15, 19, 20, 25] {
            let segment = [letter.repeat(letters), letter.repeat(letters)].join("-");
            let is_name = letters * 2 < 40;
            let expected = if is_name { &segment } else { "{value}" };
            assert_eq!(route(&["/", &segment].concat()), ["/", expected].concat());
        }
    }
}

proptest! {
    #[test]
    fn the_words_of_a_slug_are_counted_the_same_in_every_script(
        words in proptest::collection::vec("[g-z]{2,6}", 2..7)
    ) {
        let korean: Vec<String> = words
            .iter()
            .map(|word| "가".repeat(word.len()))
            .collect();
        let is_masked = |words: &[String]| route(&["/", &words.join("-")].concat()) == "/{value}";
        prop_assert_eq!(is_masked(&words), is_masked(&korean));
    }

    #[test]
    fn a_route_is_its_own_route(path in "[/a-zA-Z0-9%;:{}@.가-힣_-]{0,60}") {
        let once = route(&path);
        prop_assert_eq!(route(&once), once.clone());
        prop_assert!(once.starts_with('/'));
    }

    #[test]
    fn any_text_has_a_route_of_bounded_length(path in any::<String>()) {
        let once = route(&path);
        prop_assert_eq!(route(&once), once.clone());
        prop_assert!(once.chars().count() <= 17 * 42, "{}", once);
    }

    #[test]
    fn any_number_has_the_same_route(number in any::<u64>()) {
        prop_assert_eq!(route(&format!("/players/{number}/mail")), "/players/{id}/mail");
    }
}
