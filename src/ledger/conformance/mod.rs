//! What every store promises, whatever it keeps a ledger in: one suite that each implementation passes. A case is given a
//! place of its own that nobody has used, and opens it as often as it likes, as one process after another would, or two at
//! once. What only files or a server have is tested beside them.

mod doubted;
mod ended;
mod forgotten;
mod links;
mod paged;
mod planned;
mod records;
mod runs;
mod saved;
pub(super) mod scene;
mod steps;
mod together;

use self::scene::Open;
use super::Store;

/// A place, and how it is opened; it is gone when this is dropped.
pub(super) type NewPlace = Box<dyn Fn() -> Box<dyn Store> + Sync>;

/// Tries every case at a place of its own; each is named by its thread where it fails.
pub(super) fn holds(new_place: &(dyn Fn() -> NewPlace + Sync)) {
    let failed: Vec<&str> = std::thread::scope(|scope| {
        let tries = CASES.iter().map(|(name, case)| {
            let thread = std::thread::Builder::new().name((*name).to_owned());
            let run = move || case(&*new_place());
            (name, thread.spawn_scoped(scope, run).expect("a thread"))
        });
        let tries: Vec<_> = tries.collect();
        let ended = tries.into_iter().map(|(name, one)| (*name, one.join()));
        let failed = ended.filter(|(_, ended)| ended.is_err());
        failed.map(|(name, _)| name).collect()
    });
    assert_eq!(failed, [""; 0]);
}

type Case = (&'static str, fn(Open<'_>));

const CASES: &[Case] = &[
    (
        "steps_are_claimed_once_in_order_and_the_rest_needs_no_sending",
        steps::steps_are_claimed_once_in_order_and_the_rest_needs_no_sending,
    ),
    (
        "what_a_step_changes_is_told_again",
        steps::what_a_step_changes_is_told_again,
    ),
    (
        "a_made_record_is_linked_and_the_totals_reconcile",
        steps::a_made_record_is_linked_and_the_totals_reconcile,
    ),
    (
        "a_step_that_was_not_sent_after_all_waits_again",
        steps::a_step_that_was_not_sent_after_all_waits_again,
    ),
    (
        "a_book_has_one_run_at_a_time",
        runs::a_book_has_one_run_at_a_time,
    ),
    (
        "runs_are_found_by_the_beginning_of_their_id",
        runs::runs_are_found_by_the_beginning_of_their_id,
    ),
    (
        "a_run_is_unfinished_while_something_waits_or_is_in_doubt",
        runs::a_run_is_unfinished_while_something_waits_or_is_in_doubt,
    ),
    (
        "the_latest_planned_run_of_a_book_is_found_and_keeps_where_its_sheet_went",
        runs::the_latest_planned_run_of_a_book_is_found_and_keeps_where_its_sheet_went,
    ),
    (
        "what_a_dead_run_had_sent_is_in_doubt_and_what_it_had_not_is_unsent",
        runs::what_a_dead_run_had_sent_is_in_doubt_and_what_it_had_not_is_unsent,
    ),
    (
        "what_an_ended_run_had_sent_is_in_doubt_for_everybody",
        ended::what_an_ended_run_had_sent_is_in_doubt_for_everybody,
    ),
    (
        "a_run_that_was_given_free_is_ended_later",
        ended::a_run_that_was_given_free_is_ended_later,
    ),
    (
        "a_book_is_free_when_nobody_has_its_lease_any_more",
        ended::a_book_is_free_when_nobody_has_its_lease_any_more,
    ),
    (
        "what_an_earlier_run_left_is_settled_under_the_lease_of_a_later_one",
        ended::what_an_earlier_run_left_is_settled_under_the_lease_of_a_later_one,
    ),
    (
        "a_run_that_another_process_took_up_is_not_ended_under_it",
        ended::a_run_that_another_process_took_up_is_not_ended_under_it,
    ),
    (
        "what_happened_on_a_book_has_an_order_over_its_runs_and_their_deaths",
        doubted::what_happened_on_a_book_has_an_order_over_its_runs_and_their_deaths,
    ),
    (
        "a_row_is_sent_again_once_by_whatever_run_until_a_person_says_so",
        doubted::a_row_is_sent_again_once_by_whatever_run_until_a_person_says_so,
    ),
    (
        "an_id_that_is_named_twice_is_nobodys",
        doubted::an_id_that_is_named_twice_is_nobodys,
    ),
    (
        "an_id_that_was_there_before_or_is_another_contacts_is_no_answer",
        doubted::an_id_that_was_there_before_or_is_another_contacts_is_no_answer,
    ),
    (
        "a_person_names_a_record_that_is_nobodys",
        doubted::a_person_names_a_record_that_is_nobodys,
    ),
    (
        "a_settled_fate_is_linked_for_whoever_asks_though_the_run_was_killed",
        links::a_settled_fate_is_linked_for_whoever_asks_though_the_run_was_killed,
    ),
    (
        "a_later_runs_word_stands_and_a_deleted_record_has_no_link_whoever_is_resumed",
        links::a_later_runs_word_stands_and_a_deleted_record_has_no_link_whoever_is_resumed,
    ),
    (
        "whoever_only_asks_is_told_of_a_dead_runs_doubt_too",
        links::whoever_only_asks_is_told_of_a_dead_runs_doubt_too,
    ),
    (
        "a_saved_plan_is_not_taken_up_until_it_is_applied",
        saved::a_saved_plan_is_not_taken_up_until_it_is_applied,
    ),
    (
        "a_plan_notices_what_moved_under_it",
        saved::a_plan_notices_what_moved_under_it,
    ),
    ("a_pruned_plan_is_dropped", saved::a_pruned_plan_is_dropped),
    (
        "nobody_is_forgotten_while_a_run_writes_their_book",
        forgotten::nobody_is_forgotten_while_a_run_writes_their_book,
    ),
    (
        "nothing_is_sent_of_whoever_was_forgotten_whatever_had_become_of_their_row",
        forgotten::nothing_is_sent_of_whoever_was_forgotten_whatever_had_become_of_their_row,
    ),
    (
        "no_link_follows_from_whoever_was_forgotten_before_it_was_due",
        forgotten::no_link_follows_from_whoever_was_forgotten_before_it_was_due,
    ),
    (
        "runs_on_two_books_write_one_ledger_at_once",
        together::runs_on_two_books_write_one_ledger_at_once,
    ),
    (
        "a_page_begins_behind_the_one_before",
        paged::a_page_begins_behind_the_one_before,
    ),
    (
        "links_are_listed_by_how_they_came_to_be",
        paged::links_are_listed_by_how_they_came_to_be,
    ),
    (
        "a_step_is_amended_until_the_plan_is_whole",
        planned::a_step_is_amended_until_the_plan_is_whole,
    ),
    (
        "an_older_plan_does_not_send_what_a_later_run_has_sent",
        planned::an_older_plan_does_not_send_what_a_later_run_has_sent,
    ),
    (
        "a_report_is_known_until_it_is_deleted",
        planned::a_report_is_known_until_it_is_deleted,
    ),
    (
        "the_last_that_wrote_a_record_says_what_it_is",
        records::the_last_that_wrote_a_record_says_what_it_is,
    ),
    (
        "a_record_whose_rows_are_old_is_still_somebodys",
        records::a_record_whose_rows_are_old_is_still_somebodys,
    ),
    (
        "what_a_list_shows_is_learnt_and_what_was_sent_stays",
        records::what_a_list_shows_is_learnt_and_what_was_sent_stays,
    ),
    (
        "a_record_that_is_anothers_puts_what_made_it_in_doubt",
        records::a_record_that_is_anothers_puts_what_made_it_in_doubt,
    ),
];
