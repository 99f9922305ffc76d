//! The contract of [`Ledger`](shared::ledger::Ledger) as tests that every implementation passes.
//!
//! ```ignore
//! async fn open() -> Option<Box<dyn Ledger>> {
//!     Some(Box::new(a_ledger_that_is_ready().await))
//! }
//! shared_tests::ledger_suite!(open);
//! ```
//!
//! `open` gives something that dereferences to a ledger (a `Box`, an `Arc`), or `None` to leave the
//! case out. Every case becomes one test, so that a test binary runs them side by side, against one
//! and the same table too: the keys of each are its own. All of them begin with [`KEY_PREFIX`].
//!
//! The crate that uses the macro needs tokio with `macros` and `rt-multi-thread`.

pub mod concurrency;
pub mod entries;
pub mod expiry;
mod fixture;
pub mod many;
pub mod versions;

pub use fixture::KEY_PREFIX;

/// Makes one test of each case of the contract. See [`ledger`](mod@crate::ledger).
#[macro_export]
macro_rules! ledger_suite {
    ($open:path) => {
        $crate::ledger_suite! { $open =>
            entries:
                what_was_never_put_is_not_there
                what_was_put_comes_back_with_the_version_that_was_returned
                bodies_of_every_shape_come_back_equal
                a_body_of_the_longest_length_comes_back
                keys_differ_in_every_byte_of_any_text
                the_longest_key_is_taken_and_a_longer_one_is_refused;
            many:
                many_keys_are_read_in_their_order_with_gaps_and_repetitions
                a_list_has_its_entries_and_no_other
                an_entry_is_in_the_list_that_it_was_put_in_last;
            versions:
                an_entry_is_changed_by_who_saw_it_last
                who_saw_nothing_gets_what_is_there
                who_saw_an_older_state_gets_the_newer_one
                who_saw_what_is_gone_learns_that_nothing_is_there
                a_version_never_comes_back
                an_entry_is_removed_by_who_saw_it_last_alone
                what_is_gone_is_removed_again_without_harm;
            expiry:
                an_entry_is_there_until_its_time_has_come
                a_nanosecond_separates_before_and_after
                what_has_expired_is_replaced_by_who_saw_nothing
                what_has_expired_is_not_changed_by_who_saw_it
                an_entry_lives_longer_when_it_is_put_again;
            concurrency:
                of_many_who_saw_nothing_one_wins_and_the_others_see_it
                of_many_who_saw_the_same_state_one_wins
                of_many_who_saw_what_has_expired_one_wins
                a_counter_of_many_loses_nothing;
        }
    };
    ($open:path => $($module:ident: $($case:ident)+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(ledger) = $open().await {
                    $crate::ledger::$module::$case(&*ledger).await;
                }
            }
        )+)+
    };
}
