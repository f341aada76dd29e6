//! `init`: a workspace with a sample campaign, which is a good letter already.

use std::path::{Component, Path};

use anyhow::Result;
use jiff::tz::TimeZone;

use super::name_server::{https_port, name_server};
use super::runtime::wait_for;
use super::terminal::{say, warn};
use super::{Context, Exit};
use crate::campaign::start::{AccountQuestion, Begun, Lookup, Text, find_account, start};
use crate::cli::Init;
use crate::report::printable;

pub(super) fn run(context: &Context, args: &Init) -> Result<Exit> {
    let folder = match &args.folder {
        Some(folder) => context.directory().join(folder),
        None => context.directory().to_owned(),
    };
    let today = TimeZone::system().to_datetime(context.clock.now()).date();
    let account = match &args.account {
        Some(address) => {
            let lookup = if args.lookup { Lookup::Table } else { Lookup::Nobody };
            let asked = AccountQuestion { names: name_server()?, https: https_port()?, lookup };
            Some(wait_for(find_account(address, asked))??)
        }
        None => None,
    };
    let text = args.from.as_deref().map(|path| Text { path, language: args.language.as_ref() });
    let begun = start(&folder, text, account.as_ref(), today)?;
    if let Some(account) = account.filter(|_| !context.quiet) {
        say(format_args!(
            "the servers and limits of your account are in campaign.toml ({}): look at them",
            account.found
        ));
        say("  undersigned login signs in, once; undersigned check --online tries the servers");
    }
    if let Some(Begun { letter, .. }) = &begun {
        letter.lost.iter().for_each(|what| warn(format_args!("not in the letter: {what}")));
    }
    if !context.quiet {
        let shown = folder.display().to_string();
        let (inside, with) = if is_here(&folder) {
            (String::new(), String::new())
        } else {
            (format!("{shown}/"), format!(" -C {}", typed(&shown)))
        };
        match &begun {
            Some(begun) => say_imported(begun, &inside),
            None => say_sample(if inside.is_empty() { "this folder" } else { &shown }),
        }
        say(format_args!("  undersigned{with} check             looks for everything that would go wrong"));
        say(format_args!("  undersigned{with} preview           shows a letter as its reader gets it"));
        say(format_args!("  undersigned{with} send --sandbox    tries it all without a server"));
        say(format_args!("  undersigned{with} send              sends it"));
    }
    Ok(Exit::Done)
}

/// Whether a folder is the one in which the program runs, as it is named: `.`, `./.`.
fn is_here(folder: &Path) -> bool {
    folder.components().all(|component| component == Component::CurDir)
}

/// A path as one types it into a shell: in quotes, where it has anything that a shell would take apart.
fn typed(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | ':' | '@');
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn say_sample(folder: &str) {
    say(format_args!("a sample campaign is in {folder}; now"));
    say("  put your letter into templates/letter.md, your lists into lists/, your account into campaign.toml");
}

fn say_imported(begun: &Begun, inside: &str) {
    let Begun { letter, language, perhaps } = begun;
    say(format_args!(
        "your letter is in {inside}templates/letter.md, with the subject `{}`; now",
        printable(&letter.subject)
    ));
    if let Some(salutation) = &letter.salutation {
        say(format_args!(
            "  write `{{{{recipient.salutation}}}},` for `{}` to greet each by name",
            printable(salutation)
        ));
    }
    say(
        "  the signatories are printed at its end, from lists/signatories.csv: take out their names if the text has them",
    );
    match (language, perhaps) {
        (Some(language), _) => say(format_args!("  it is in `{language}`: so says `language` in campaign.toml")),
        (None, Some(perhaps)) => say(format_args!(
            "  in which language is it? It may be `{perhaps}`, which is not sure: write it as `language` in campaign.toml, which has `en`"
        )),
        (None, None) => {
            say("  in which language is it? Write it as `language` in campaign.toml, which has `en`");
        }
    }
    say("  put your lists into lists/, which hold those of the sample, and your account into campaign.toml");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_in_which_one_is_has_no_name() {
        assert!(["", ".", "./.", "././"].into_iter().all(|path| is_here(Path::new(path))));
        assert!(!["./letters", "..", "/"].into_iter().any(|path| is_here(Path::new(path))));
    }

    #[test]
    fn a_path_can_be_typed_as_it_is_shown() {
        assert_eq!(typed("./delta-letter"), "./delta-letter");
        assert_eq!(typed("Bücher/x y"), "'Bücher/x y'");
        assert_eq!(typed("Ana's"), r"'Ana'\''s'");
    }
}
