//! What the desk says, in one file for each language: `name: text`, and for a number of things a line for each form
//! that a number takes, `name[one]: {n} letter`. `{…}` is filled in by whoever says it.
//!
//! Each name stands in the list below, by which a page reaches it; the tests see that no language leaves one out.

use std::sync::LazyLock;

/// Something counted, in the forms that numbers take in the languages of the desk (CLDR's plural rules).
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) one: &'static str,
    /// From a million on, in French and Spanish.
    pub(super) many: &'static str,
    pub(super) other: &'static str,
}

/// Makes the struct of all words, and the reader of a file of them.
macro_rules! words {
    (texts { $($text:ident)* } counted { $($counted:ident)* }) => {
        /// All that the desk says in one language.
        #[derive(Debug)]
        pub(super) struct Words {
            $(pub(super) $text: &'static str,)*
            $(pub(super) $counted: Counted,)*
        }

        impl Words {
            fn read(file: &'static str) -> Self {
                Self {
                    $($text: find(file, stringify!($text)),)*
                    $($counted: counted(file, stringify!($counted)),)*
                }
            }
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($text),)* $(stringify!($counted),)*];
    };
}

words! {
    texts {
        pages skip overview recipients inbox run undo read_only read_only_why no_entry no_entry_why
        no_form no_form_why too_long too_long_why not_found not_found_why trouble cannot_be_read
        broke_down state planned attempting accepted deferred failed in_doubt bounced skipped answer
        no_answer auto_reply acknowledged replied declined opted_out first_letter follow_up
        needs_you needs_nothing where_it_stands nothing_sent to_the_run all_recipients log_as_csv
        number share answers next_attempt lists_have_faults letter_changed inbox_never_read
        inbox_read_at stopped_by being_sent unfinished_elsewhere handed_over look_at_them
        look_at_faults read_the_inbox search search_for all letter country tag sort_by
        as_in_the_list name organisation last_attempt last_answer show show_all none_found page_n
        page_of pages_of_the_table previous next choose with_the_chosen say_of_them try_again record
        choose_some address id note written_to_no_more letters why say_something record_an_answer
        on_the_day note_if_any note_here undo_answer_what undo_answer what_became_of it_arrived
        it_never_left no_undo suppress_what write_no_more write_again mails no_mails waits_for_you
        what_happened nothing_happened was_tried was_accepted was_deferred was_failed was_in_doubt
        was_bounced was_skipped was_planned was_resolved was_noted was_suppressed was_lifted
        was_taken_back was_adopted was_copied answer_is answer_taken_back the_server the_run a_mail
        not_recorded choose_an_answer choose_what_became write_a_note no_day note_recorded
        none_to_take_back not_bounced follow_ups_go letter_stays no_follow_up counts_as_accepted
        is_sent_again is_suppressed is_lifted still_listed waits_for_a_person nothing_waits confirm
        dismiss about_no_letter language letter_of what_check_says check_finds_nothing check_all_rows
        not_to_be_sent as_it_looks as_text changed_since_sent nothing_changed to_be_sent addresses
        settled suppressed duplicates shared_addresses opted_out_in_the_list without_address
        have_answered not_due_yet as_it_was_sent as_source letter_not_shown
        letter_before_missing campaign_stopped copies_left_out through no_server pace last_leaves
        who_is_left_out line worth_a_look nothing_to_send so_many_at_most show_plan accept_changes
        take_over no_sync type_the_number send is_due_later nobody_is_due read_inbox_what stop
        stop_what stop_now stop_now_what run_of_another run_sends run_plans is_stopping last_lines inbox_is_read
        is_looked_at is_sent_now letters_a_minute run_is_done run_has_stopped run_was_cut_off
        nothing_was_sent inbox_was_read inbox_unreadable run_goes_on another_number another_plan
        nobody_is_due_now inbox_withholds inbox_not_read mails_are_held
        test_letter test_letter_what own_address send_test test_goes test_went test_did_not_go
        test_in_doubt test_has_no_room try_it_first forget forget_what type_the_address
        not_that_address is_forgotten names_them_still not_reached was_forgotten stop_campaign
        stop_campaign_what is_stopped_now resume is_resumed suppressions suppressions_what
        suppress_whom nobody_is_suppressed only_first_shown as_pdf no_pdf_here not_yet gets_none
        from_the_list look_at_letter from_the_beginning picture_is_made picture_of to_the_report
        in_doubt_arrived files_are_followed files_are_looked_at
        report_for_us report_for_all report_what by_column open_it save_it names_people
        send_elsewhere
        approval approval_what version_is who_agreed nobody_agreed to_this_version
        to_another_version noted_by note_who_agrees somebody_agrees agrees_no_more take_back
        version_changed write_a_name have_it_agreed log log_what log_by_cells save_as_csv
        save_as_xlsx too_many_for_xlsx column value when comes_next due_from follow_up_sent
        follow_up_stopped a_campaign_is_stopped a_row_is_gone this_is_them look_further look_through_all
        not_in_order put_in_order send_to_them some_are_unlisted campaigns_are_overdue
    }
    counted {
        recipients_counted letters_counted suppressed_counted in_doubt_counted failed_counted
        bounced_counted waiting_counted recorded_counted minutes_left
        mails_counted confirmed_counted too_early_counted dismissed_counted waits_again_counted
        looked_through chosen_alone suppressed_several
    }
}

const FILES: [&str; 4] =
    [include_str!("en.txt"), include_str!("fr.txt"), include_str!("de.txt"), include_str!("es.txt")];

/// The words of each language, in the order of the files.
static WORDS: LazyLock<[Words; 4]> = LazyLock::new(|| FILES.map(Words::read));

/// English.
pub(super) fn english() -> &'static Words {
    &WORDS[0]
}

/// French.
pub(super) fn french() -> &'static Words {
    &WORDS[1]
}

/// German.
pub(super) fn german() -> &'static Words {
    &WORDS[2]
}

/// Spanish.
pub(super) fn spanish() -> &'static Words {
    &WORDS[3]
}

/// The text of a name. The tests see that it is there; without it, the name itself is better than nothing.
fn find(file: &'static str, name: &'static str) -> &'static str {
    line(file, name, "").unwrap_or(name)
}

fn counted(file: &'static str, name: &'static str) -> Counted {
    let other = line(file, name, "[other]").unwrap_or(name);
    let form = |form| line(file, name, form).unwrap_or(other);
    Counted { one: form("[one]"), many: form("[many]"), other }
}

fn line(file: &'static str, name: &str, form: &str) -> Option<&'static str> {
    let text = |line: &'static str| line.strip_prefix(name)?.strip_prefix(form)?.strip_prefix(": ");
    file.lines().find_map(text)
}

/// A text with its places filled in.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    // A value is not looked into: what looks like a place in it is part of it.
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        match place {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LANGUAGES: [&str; 4] = ["English", "French", "German", "Spanish"];

    /// The names of a file, each with the places in its text.
    fn names(file: &'static str) -> Vec<(&'static str, BTreeSet<&'static str>)> {
        let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let name = |line: &'static str| {
            let (name, text) = line.split_once(": ").unwrap_or_else(|| panic!("no name in `{line}`"));
            assert!(!text.trim().is_empty(), "{name} says nothing");
            let places = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
            (name, places)
        };
        lines.map(name).collect()
    }

    fn bare(name: &str) -> &str {
        name.split('[').next().unwrap()
    }

    #[test]
    fn no_language_leaves_a_word_out_and_none_has_one_too_many() {
        for (language, file) in LANGUAGES.into_iter().zip(FILES) {
            let found = names(file);
            let said: BTreeSet<&str> = found.iter().map(|(name, _)| bare(name)).collect();
            let wanted: BTreeSet<&str> = NAMES.iter().copied().collect();
            assert_eq!(wanted.difference(&said).collect::<Vec<_>>(), Vec::<&&str>::new(), "missing in {language}");
            assert_eq!(said.difference(&wanted).collect::<Vec<_>>(), Vec::<&&str>::new(), "unknown in {language}");
            let once: BTreeSet<&str> = found.iter().map(|(name, _)| *name).collect();
            assert_eq!(once.len(), found.len(), "a name stands twice in {language}");
        }
    }

    #[test]
    fn every_language_has_the_same_places_to_fill_and_every_number_its_forms() {
        let english = names(FILES[0]);
        for (language, file) in LANGUAGES.into_iter().zip(FILES) {
            for (name, places) in names(file) {
                let (_, wanted) = english.iter().find(|(known, _)| bare(known) == bare(name)).unwrap();
                assert_eq!(&places, wanted, "{name} in {language}");
            }
            for name in NAMES {
                let has = |form: &str| line(file, name, form).is_some();
                assert!(has("") || has("[one]") && has("[other]"), "{name} in {language}");
                let counts_millions = !matches!(language, "English" | "German");
                assert!(has("") || has("[many]") == counts_millions, "{name}[many] in {language}");
            }
        }
    }

    #[test]
    fn a_value_is_not_looked_into() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "x")]), "{b} and x");
        assert_eq!(fill("{a} {", &[("b", "x")]), "{a} {");
    }
}
