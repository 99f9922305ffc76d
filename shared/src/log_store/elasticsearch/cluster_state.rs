//! What to do about states of a cluster in which it stores nothing, by the class of its error.

/// A class of errors, a word of its reason (or none), and what to do.
const ADVICE: [(&str, &str, &str); 9] = [
    (
        "index_closed_exception",
        "",
        "open the index (POST /<index>/_open) or delete it",
    ),
    (
        "index_not_found_exception",
        "auto_create_index",
        "allow the cluster to create logs-*, dead-letter-*, analysis-* and metrics-* \
         (action.auto_create_index)",
    ),
    (
        "cluster_block_exception",
        "read-only-allow-delete",
        "free disk space or add a node, and the cluster removes the block",
    ),
    (
        "cluster_block_exception",
        "cluster read-only",
        "remove the cluster's settings cluster.blocks.read_only and …read_only_allow_delete",
    ),
    (
        "cluster_block_exception",
        "index ",
        "remove the index's settings index.blocks.*",
    ),
    (
        "unavailable_shards_exception",
        "",
        "GET _cluster/allocation/explain says why",
    ),
    (
        "no_shard_available_action_exception",
        "",
        "GET _cluster/allocation/explain says why",
    ),
    (
        "validation_exception",
        "maximum",
        "delete old indices (LOG_RETENTION_DAYS), or raise cluster.max_shards_per_node",
    ),
    (
        "master_not_discovered_exception",
        "",
        "the cluster has no master node: check its nodes and their logs",
    ),
];

/// Adds to the words of an error the index that it is about, if they lack it, and what to do.
pub(super) fn explain(words: &mut String, class: &str, index: Option<&str>) {
    let mut rows = ADVICE.iter();
    let row = rows.find(|(of, word, _)| *of == class && words.contains(word));
    if let Some(index) = index.filter(|index| !words.contains(*index)) {
        words.push_str(" (index ");
        words.push_str(index);
        words.push(')');
    }
    if let Some((_, _, advice)) = row {
        // Some reasons end so.
        words.truncate(words.trim_end_matches(';').len());
        words.push_str("; ");
        words.push_str(advice);
    }
}

#[cfg(test)]
mod tests {
    use super::explain;

    fn explained(class: &str, reason: &str, index: Option<&str>) -> String {
        let mut words = format!("{class}: {reason}");
        explain(&mut words, class, index);
        words
    }

    #[test]
    fn a_state_has_advice_by_the_words_of_elasticsearch() {
        // The reasons are those of Elasticsearch 8.19.
        for (class, reason, words) in [
            ("index_closed_exception", "closed", "_open"),
            (
                "index_not_found_exception",
                "no such index [logs-a-2026.11.26] and [action.auto_create_index] is [false]",
                "action.auto_create_index",
            ),
            (
                "cluster_block_exception",
                "index [logs-a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage \
                 watermark, index has read-only-allow-delete block];",
                "free disk space",
            ),
            (
                "cluster_block_exception",
                "blocked by: [FORBIDDEN/6/cluster read-only (api)];",
                "cluster.blocks.read_only",
            ),
            (
                "cluster_block_exception",
                "index [logs-a] blocked by: [FORBIDDEN/8/index write (api)];",
                "index.blocks",
            ),
            (
                "unavailable_shards_exception",
                "[logs-a][0] primary shard is not active Timeout: [10s]",
                "allocation/explain",
            ),
            (
                "validation_exception",
                "Validation Failed: 1: this action would add [2] shards, but this cluster currently \
                 has [8]/[1] maximum normal shards open;",
                "cluster.max_shards_per_node",
            ),
        ] {
            let explained = explained(class, reason, None);
            assert!(!explained.contains(";;"), "{explained}");
            let advice = explained.rsplit("; ").next().unwrap_or_default();
            assert!(advice.contains(words), "{class}: {explained}");
        }
        for class in ["document_parsing_exception", "index_not_found_exception"] {
            assert_eq!(
                explained(class, "index x", None),
                format!("{class}: index x")
            );
        }
    }

    #[test]
    fn an_index_that_the_words_lack_is_named() {
        let explained = |reason| explained("x", reason, Some("logs-a"));
        assert_eq!(explained("closed"), "x: closed (index logs-a)");
        assert_eq!(
            explained("no such index [logs-a]"),
            "x: no such index [logs-a]"
        );
    }
}
