//! What the rows of the catalogue themselves say: titles and names of facts, in both languages.

use std::collections::BTreeSet;

use super::super::{
    KOREAN, Sender, builds, checks, delivery_tools, incidents, messages, monitors, operations,
    prometheus, security, services, texts,
};
use crate::input::fact_name;

/// Names of products and units, which are the same in Korean.
pub(crate) const PRODUCTS: &[&str] = &[
    "access",
    "acm",
    "advisor",
    "analyzer",
    "argo",
    "auto",
    "backup",
    "batch",
    "beanstalk",
    "cd",
    "cloudflare",
    "cloudformation",
    "cloudtrail",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "config",
    "devops",
    "dms",
    "ec",
    "ecr",
    "eks",
    "elastic",
    "elasticache",
    "functions",
    "git",
    "github",
    "gitlab",
    "glue",
    "guardduty",
    "guru",
    "health",
    "hub",
    "incident",
    "insights",
    "jenkins",
    "kms",
    "kubernetes",
    "lab",
    "lambda",
    "manager",
    "medialive",
    "rds",
    "redshift",
    "scaling",
    "security",
    "ses",
    "ssm",
    "step",
    "synthetics",
    "testevent",
    "trusted",
    "usd",
];

fn rows() -> impl Iterator<Item = &'static Sender> {
    let tables = [
        builds::ROWS,
        checks::ROWS,
        delivery_tools::ROWS,
        incidents::ROWS,
        messages::ROWS,
        monitors::ROWS,
        operations::ROWS,
        prometheus::ROWS,
        security::ROWS,
        services::ROWS,
        texts::ROWS,
    ];
    tables.into_iter().flatten()
}

/// The words that a template adds to what its paths find.
fn words(template: &str) -> BTreeSet<String> {
    let parts = template.split('{');
    let own = parts
        .enumerate()
        .map(|(number, part)| match part.split_once('}') {
            Some((_, own)) if number > 0 => own,
            _ => part,
        });
    let own: Vec<&str> = own.collect();
    let own = own.join(" ").to_lowercase();
    own.split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| word.len() > 1)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_title_has_korean_for_its_english() {
    assert!(rows().count() > 50);
    for title in rows().flat_map(|row| row.title) {
        let korean = title
            .split_once(KOREAN)
            .map_or(*title, |(_, korean)| korean);
        let words = words(korean);
        let english: Vec<&String> = words
            .iter()
            .filter(|word| !PRODUCTS.contains(&word.as_str()))
            .collect();
        assert!(english.is_empty(), "{english:?} in {title}");
    }
}

#[test]
fn every_name_of_a_fact_is_the_senders_or_has_korean() {
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_lowercase()
    };
    for (name, path) in rows().flat_map(|row| row.given) {
        let last = path.rsplit('/').find(|part| *part != "*");
        let is_theirs = last.is_some_and(|last| letters(last) == letters(name));
        assert!(
            is_theirs || fact_name::korean(name).is_some(),
            "{name} for {path}"
        );
    }
}
