//! docs/troubleshooting.md has every sentence that the code can end with, and no other; what can be
//! brought about with little is, and has the exit code under which it stands there.

mod interrupted;
mod page;
mod provoked;
mod source;

use std::collections::BTreeSet;

/// Sentences that take more to bring about: the words of each that a test of this name asks for.
const SHOWN_ELSEWHERE: [(&str, &str); 17] = [
    ("interrupted before all was checked", "an_interrupt_ends_it_at_once"),
    ("interrupted before the page was written", INTERRUPTED),
    ("interrupted before anything was read", INTERRUPTED),
    (
        "interrupted before everything was loaded",
        "an_interrupted_run_shows_the_command_that_goes_on",
    ),
    ("give --layout as it was loaded", "indices_that_give_no_page_are_named"),
    ("internal error", "an_output_that_takes_nothing_is_an_internal_error"),
    ("in use by another run", "a_second_run_on_one_state_is_kept_out"),
    ("belongs to another job", "the_state_of_another_job_is_not_taken_for_this_ones"),
    (
        "no rejected event is lost",
        "dead_letters_that_find_no_room_end_the_run_which_keeps_them_later",
    ),
    (
        "is taken out by another replay",
        "letters_that_a_run_adds_to_meanwhile_are_left_to_another_replay",
    ),
    ("the AWS credentials have expired", "what_stops_a_run_is_said_with_the_next_step"),
    ("the clock of this machine is", "a_clock_that_is_far_off_is_named_before_anything_is_read"),
    ("AWS refuses the events of every region", "what_no_policy_allows_is_told_with_the_statement"),
    (
        "AWS denies the events of every region",
        "a_region_that_is_named_and_cannot_be_read_makes_the_run_partial",
    ),
    (
        "is lacking, and the index template",
        "who_may_not_put_the_template_does_with_the_one_that_is_there",
    ),
    ("nothing was written for", "patience_ends_after_half_an_hour_without_success"),
    (
        "no Elasticsearch or OpenSearch",
        "a_target_that_does_not_say_what_it_is_in_an_end_is_given_up",
    ),
];

const INTERRUPTED: &str = "a_command_that_waits_for_a_target_ends_as_the_page_says";

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
fn every_entry_is_brought_about() {
    let (entries, tests) = (page::entries(), source::tests());
    for (words, test) in SHOWN_ELSEWHERE {
        let file = tests.get(test).unwrap_or_else(|| panic!("there is no test {test}"));
        assert!(file.contains(words), "{test} does not ask for: {words}");
        let of_these = entries.iter().filter(|entry| entry.sentence.contains(words)).count();
        assert_eq!(of_these, 1, "entries with: {words}");
    }
    for entry in entries {
        let by_a_cluster = provoked::REFUSALS.iter().map(|refusal| refusal.start);
        let mut starts = provoked::CASES.iter().map(|case| case.0).chain(by_a_cluster);
        let here = starts.any(|start| entry.sentence.starts_with(start));
        let elsewhere = SHOWN_ELSEWHERE.iter().any(|(words, _)| entry.sentence.contains(words));
        assert!(here || elsewhere, "nothing brings this about: {}", entry.sentence);
    }
}
