//! `login` and `logout`: sign in once, and forget that.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::{Context as _, Result, bail};
use secrecy::zeroize::Zeroizing;

use super::output::{Form, stdout};
use super::runtime::wait_for;
use super::terminal::{say, warn};
use super::{Context, Exit};
use crate::campaign::sign_in::{self, Consent, DevicePrompt, Forgotten, Revoked, SignIn, Way};
use crate::cli;

pub(super) fn run(context: &Context, args: &cli::Login) -> Result<Exit> {
    let folder = context.folder(false)?;
    for SignIn { sections, way } in sign_in::sign_ins(&folder)? {
        let sections = sections.join(" and ");
        match way {
            Way::Oauth(account) => {
                if let Some(name) = sign_in::missing_client_secret(&folder)? {
                    sign_in::keep(&name, &ask(&format!("{name}: "))?)?;
                }
                let (user, provider) = (account.user(), &account.provider().name);
                say(format_args!("signing in at {provider} as `{user}`, for {sections}"));
                let consent = if args.device {
                    wait_for(account.sign_in_by_device(show_code))??
                } else {
                    wait_for(account.sign_in_by_browser(|url| show_page(url.as_str(), args.no_open)))??
                };
                tell(context, user, &consent);
            }
            Way::Keyring(name) => {
                sign_in::try_keyring(&name)?;
                sign_in::keep(&name, &ask(&format!("password of `{name}`: "))?)?;
                if !context.quiet {
                    say(format_args!("the password for {sections} is in the keyring, as `{name}`"));
                }
            }
            Way::Elsewhere(source) => {
                say(format_args!("the password for {sections} comes from {source}: there is nothing to sign in"));
            }
            Way::Nobody => say(format_args!("nobody logs in to the server of {sections}: there is nothing to sign in")),
        }
    }
    Ok(Exit::Done)
}

pub(super) fn forget(context: &Context) -> Result<Exit> {
    let folder = context.folder(false)?;
    let mut exit = Exit::Done;
    for SignIn { sections, way } in sign_in::sign_ins(&folder)? {
        let sections = sections.join(" and ");
        match way {
            Way::Oauth(account) => {
                let Forgotten { was_there, revoked } = wait_for(account.sign_out())??;
                let (user, provider) = (account.user(), &account.provider().name);
                match revoked {
                    _ if !was_there => say(format_args!("nobody was signed in as `{user}` at {provider}")),
                    Revoked::Yes => say(format_args!("`{user}` is signed out at {provider}, and forgotten here")),
                    Revoked::ByHand => say(format_args!(
                        "`{user}` is forgotten here; {provider} has no way for a program to end the consent: end it in the account's own \
                         settings, under its applications"
                    )),
                    Revoked::Failed(error) => {
                        warn(format_args!(
                            "`{user}` is forgotten here, but the consent at {provider} could not be ended: {error}; end it in the account's \
                             own settings"
                        ));
                        exit = Exit::WithFailures;
                    }
                }
            }
            Way::Keyring(name) => {
                let word = if sign_in::forget(&name)? { "is out of the keyring" } else { "was not in the keyring" };
                say(format_args!("the password for {sections} {word}"));
            }
            Way::Elsewhere(source) => {
                say(format_args!("the password for {sections} comes from {source}: it is not kept by this program"));
            }
            Way::Nobody => {}
        }
    }
    Ok(exit)
}

/// Shows the page that asks for consent: it is the result that a script may want, so it goes to stdout.
fn show_page(url: &str, no_open: bool) {
    let mut out = stdout(Form::Text);
    // Where nobody reads it, the browser shows it all the same.
    let _ = writeln!(out, "{url}").and_then(|()| out.flush());
    if no_open {
        say("open this page in a browser on this machine, and give your consent there");
    } else if open::that_detached(url).is_ok() {
        say("a browser opens this page: give your consent there; where none opens, open the page yourself");
    } else {
        say("no browser could be started: open this page in one on this machine, and give your consent there");
    }
}

fn show_code(DevicePrompt { url, code }: &DevicePrompt) {
    let mut out = stdout(Form::Text);
    let _ = writeln!(out, "{url}\n{code}").and_then(|()| out.flush());
    say("open this page on any device, type in this code, and give your consent there");
}

fn tell(context: &Context, user: &str, Consent { place, missing }: &Consent) {
    if !missing.is_empty() {
        let missing: Vec<String> = missing.iter().map(|scope| format!("`{scope}`")).collect();
        warn(format_args!(
            "the consent leaves out {}: sign in again and give it all, or the server will refuse",
            missing.join(", ")
        ));
    }
    if !context.quiet {
        say(format_args!("signed in as `{user}`; it is kept in {place}, and renewed by itself"));
    }
}

/// Asks for a secret, which is not shown; of a program that gives it, the first line is read.
fn ask(words: &str) -> Result<Zeroizing<String>> {
    let typed = if io::stdin().is_terminal() {
        Zeroizing::new(rpassword::prompt_password(words).context("the terminal cannot be read")?)
    } else {
        let mut line = Zeroizing::new(String::new());
        io::stdin().read_line(&mut line).context("stdin cannot be read")?;
        Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned())
    };
    if typed.is_empty() {
        bail!("nothing was typed in; nothing is kept");
    }
    Ok(typed)
}
