//! The contract of [`LogStore`](shared::log_store::LogStore) as tests that every implementation passes.
//!
//! ```ignore
//! async fn open() -> Option<Box<dyn LogStore>> {
//!     Some(Box::new(a_prepared_store().await))
//! }
//! shared_tests::log_store_suite!(open);
//! ```
//!
//! `open` gives something that dereferences to a store that is prepared (a `Box`, an `Arc`), or
//! `None` to leave the case out. Every case becomes one test, so that a test binary runs them side
//! by side, against one and the same server too: each takes a service name that no other case and
//! no other run has. All of them begin with [`SERVICE_PREFIX`], so that what they leave behind can
//! be found.
//!
//! The crate that uses the macro needs tokio with `macros` and `rt-multi-thread`.

pub mod batches;
pub mod causes;
pub mod concurrency;
pub mod dead_letters;
pub mod durations;
pub mod errors;
pub mod failing;
pub mod fidelity;
mod fixture;
pub mod identity;
pub mod metadata;
pub mod million;
pub mod novelty;
mod percentiles;
pub mod quality;
pub mod queries;
pub mod random;
pub mod records;
mod reference;
pub mod requests;
mod sample;
pub mod searching;
pub mod timeline;
pub mod windows;

pub use fixture::SERVICE_PREFIX;

/// Makes one test of each case of the contract. See [`log_store`](mod@crate::log_store).
#[macro_export]
macro_rules! log_store_suite {
    ($open:path) => {
        $crate::log_store_suite! { $open =>
            concurrency:
                a_store_is_prepared_again_without_harm
                a_store_is_prepared_by_several_at_once
                the_same_documents_stored_by_several_at_once_are_created_once
                different_documents_stored_by_several_at_once_are_all_there;
            batches:
                a_batch_stores_its_documents_and_gives_them_back
                an_empty_batch_stores_nothing
                a_full_batch_returns_the_document_that_does_not_fit;
            identity:
                nothing_to_store_is_no_error
                a_document_delivered_twice_is_stored_once
                a_document_twice_in_one_call_is_stored_once
                an_id_counts_once_on_a_day_whatever_the_time
                an_id_counts_again_on_another_day
                an_id_counts_again_for_another_service
                every_document_of_a_call_has_one_outcome
                services_whose_names_begin_alike_never_mix;
            dead_letters:
                a_dead_letter_is_stored_once_and_is_no_document
                dead_letters_come_page_by_page_newest_first
                dead_letters_keep_to_their_window_and_service
                services_with_dead_letters_are_counted
                a_replaced_dead_letter_has_its_new_reason
                a_removed_dead_letter_stays_away
                a_page_of_dead_letters_has_a_limit;
            fidelity:
                a_document_comes_back_with_every_field
                a_document_with_nothing_optional_comes_back_so
                texts_of_every_script_survive_to_the_byte
                a_message_of_a_megabyte_is_stored_whole
                a_time_finer_than_a_millisecond_comes_back_whole;
            metadata:
                metadata_of_every_shape_is_stored_and_comes_back
                a_key_may_have_another_type_in_every_document;
            windows:
                a_window_holds_its_start_and_not_its_end
                a_window_across_midnight_counts_both_days
                only_documents_of_the_environment_count
                every_level_is_counted
                the_previous_window_is_counted_by_itself
                a_window_without_any_day_is_not_indexed
                an_empty_window_of_a_day_with_documents_is_indexed
                a_day_of_another_service_is_not_indexed;
            errors:
                errors_are_grouped_by_pattern_the_most_frequent_first
                an_error_pattern_knows_its_first_and_last_and_its_users
                the_example_is_the_latest_of_its_pattern
                the_example_of_equal_times_has_the_highest_id
                no_more_error_patterns_than_asked_for
                patterns_with_hostile_text_are_counted_as_they_are;
            novelty:
                history_begins_at_known_since_and_ends_before_the_window
                a_pattern_that_was_there_before_is_not_new
                a_failed_request_is_no_new_pattern
                a_pattern_seen_only_before_known_since_is_new
                new_patterns_come_with_their_count_and_the_most_frequent_first
                a_warning_before_does_not_make_an_error_known
                novelty_keeps_to_the_environment;
            requests:
                a_request_is_a_document_with_a_path_and_a_status_or_a_duration
                requests_without_a_duration_are_counted_and_have_no_durations
                endpoints_differ_by_method_and_are_sorted
                an_endpoint_may_have_no_method
                a_request_fails_by_its_status_or_else_by_its_level
                clients_are_counted_by_their_requests
                users_are_ordered_by_their_requests_and_then_by_name
                no_more_users_than_asked_for
                distinct_users_are_counted_among_all_documents
                users_with_requests_and_with_failed_requests_are_counted;
            causes:
                errors_are_ranked_by_the_failed_requests_that_they_explain
                an_error_explains_only_failed_requests_of_its_window;
            quality:
                what_could_not_be_read_is_counted
                an_unknown_level_is_neither_an_error_nor_a_known_one;
            durations:
                the_durations_of_one_request_are_its_own
                average_and_longest_are_exact
                percentiles_are_near_the_true_ones
                a_percentile_is_the_nearest_rank
                hostile_durations_count_in_no_statistics;
            timeline:
                the_timeline_has_every_part_even_the_empty_ones
                a_timeline_that_does_not_divide_evenly_counts_every_document_once
                the_timeline_of_a_window_without_a_day_is_all_there;
            searching:
                a_search_finds_the_newest_first
                equal_times_are_ordered_by_id_descending
                a_search_returns_no_more_than_its_limit
                a_search_keeps_to_its_window
                levels_are_compared
                fields_are_compared_as_a_whole
                numbers_are_compared
                metadata_keys_are_searched
                words_are_found_inside_of_words_in_any_order_and_case
                korean_is_found
                hostile_text_is_harmless
                a_search_goes_on_until_it_has_enough
                a_limit_that_cannot_be_is_refused
                the_services_of_a_store_are_known
                a_search_where_there_is_nothing_finds_nothing;
            records:
                records_come_back_oldest_first_within_the_window
                the_newest_records_are_kept_when_there_are_too_many
                several_questions_about_records_are_answered_in_their_order
                a_record_under_the_same_id_is_replaced
                kinds_and_services_of_records_never_mix
                a_record_holds_any_object
                a_record_that_cannot_be_is_refused;
            random:
                facts_equal_a_straightforward_count;
            queries:
                a_search_equals_a_naive_one;
        }
    };
    ($open:path => $($module:ident: $($case:ident)+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(store) = $open().await {
                    $crate::log_store::$module::$case(&*store).await;
                }
            }
        )+)+
    };
}
