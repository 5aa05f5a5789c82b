//! docs/troubleshooting.md has every sentence that the code can end with, and no other; what can be
//! brought about with little is, and has the exit code under which it stands there.

mod interrupted;
mod page;
mod provoked;
mod source;

use std::collections::BTreeSet;

/// Sentences that take more to bring about, with the test that does it; and those that nothing shows.
const SHOWN_ELSEWHERE: [(&str, &str); 24] = [
    ("interrupted before all was checked", "an_interrupt_ends_it_at_once"),
    ("interrupted before the page was", INTERRUPTED),
    ("none of the … documents in", "indices_that_give_no_page_are_named"),
    ("… does not answer (…)", "indices_that_give_no_page_are_named"),
    ("search …: …", "a_user_who_may_only_read_gets_a_page_and_who_may_not_gets_a_sentence"),
    ("internal error: …", "an_output_that_takes_nothing_is_an_internal_error"),
    ("no AWS credentials to sign with: ", NOT_SHOWN),
    (
        "deliver a batch: the run was cancelled",
        "a_cancelled_run_ends_a_wait_at_once_but_not_a_request",
    ),
    ("stopped", NOT_SHOWN),
    ("state file … is in use by another run", "a_second_run_on_one_state_is_kept_out"),
    ("state file … belongs to another job", "the_state_of_another_job_is_not_taken_for_this_ones"),
    (
        "failed to …; the run stopped, so that",
        "dead_letters_that_find_no_room_end_the_run_which_keeps_them_later",
    ),
    (
        "failed to …; what was loaded is in",
        "letters_that_a_run_adds_to_meanwhile_are_left_to_another_replay",
    ),
    ("interrupted before anything was read", INTERRUPTED),
    ("interrupted before everything was", "an_interrupted_run_shows_the_command_that_goes_on"),
    ("the AWS credentials have expired", "what_stops_a_run_is_said_with_the_next_step"),
    ("the clock of this machine is", "a_clock_that_is_far_off_is_named_before_anything_is_read"),
    (
        "AWS refuses the events of every",
        "a_region_that_is_named_and_cannot_be_read_makes_the_run_partial",
    ),
    (
        "the permission … is lacking, and",
        "who_may_not_put_the_template_does_with_the_one_that_is_there",
    ),
    ("index … does not exist and the", "what_all_others_would_meet_too_ends_the_run"),
    ("index … cannot be written to", "what_is_wrong_with_an_index_ends_the_run_too"),
    ("this collection takes no document", "what_all_others_would_meet_too_ends_the_run"),
    ("write to …: nothing was written for", "patience_ends_after_half_an_hour_without_success"),
    (
        "write to …: it is no Elasticsearch",
        "a_target_that_does_not_say_what_it_is_in_an_end_is_given_up",
    ),
];

const INTERRUPTED: &str = "a_command_that_waits_for_a_target_ends_as_the_page_says";

/// No test shows it.
const NOT_SHOWN: &str = "";

/// A sentence of the sink's stands behind `failed to`.
fn is_entry_of(sentence: &str, entry: &str) -> bool {
    entry == sentence || entry.strip_prefix("failed to ") == Some(sentence)
}

#[test]
fn the_page_has_every_sentence_of_the_code_and_no_other() {
    let (entries, sentences) = (page::entries(), source::sentences());
    assert!(sentences.len() > 70, "the scan finds little: {sentences:#?}");
    let is_known =
        |sentence: &str| entries.iter().any(|entry| is_entry_of(sentence, &entry.sentence));
    let missing: Vec<_> = sentences.iter().filter(|(_, sentence)| !is_known(sentence)).collect();
    assert!(missing.is_empty(), "docs/troubleshooting.md has no entry for these: {missing:#?}");
    for entry in &entries {
        let said = sentences.iter().any(|(_, sentence)| is_entry_of(sentence, &entry.sentence));
        assert!(said, "no code says this any more:\n{}", entry.sentence);
        assert!(!entry.text.is_empty(), "nothing is said about it:\n{}", entry.sentence);
    }
    let unique: BTreeSet<_> = entries.iter().map(|entry| &entry.sentence).collect();
    assert_eq!(unique.len(), entries.len(), "an entry stands there twice");
}

#[test]
fn every_entry_is_brought_about_or_names_the_test_that_does_it() {
    let functions = source::test_functions();
    for (start, test) in SHOWN_ELSEWHERE {
        assert!(test == NOT_SHOWN || functions.contains(test), "there is no test {test}");
        let shown = page::entries().iter().any(|entry| entry.sentence.starts_with(start));
        assert!(shown, "{start} is no entry");
    }
    for entry in page::entries() {
        let by_a_cluster = provoked::REFUSALS.iter().map(|refusal| refusal.start);
        let mut starts = provoked::CASES.iter().map(|case| case.0).chain(by_a_cluster);
        let here = starts.any(|start| entry.sentence.starts_with(start));
        let elsewhere = SHOWN_ELSEWHERE.iter().any(|(start, _)| entry.sentence.starts_with(start));
        assert!(here || elsewhere, "nothing brings this about: {}", entry.sentence);
    }
}
