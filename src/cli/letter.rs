//! What is done with a letter and its lists: started, checked, planned, shown, published.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::model::Language;

/// Starts a workspace.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to start it in; it is made where it does not exist [default: the folder of -C]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,

    /// Begin with this text as the letter: Markdown (.md), plain text (.txt) or a Word document (.docx)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub from: Option<PathBuf>,

    /// The language of that text, as a tag such as de or fr [default: the one that it is written in]
    #[arg(long, value_name = "TAG", requires = "from")]
    pub language: Option<Language>,

    /// Write the servers and limits of this mailbox, as its domain names them or as its provider has them
    #[arg(long, value_name = "ADDRESS")]
    pub account: Option<String>,

    /// Where nothing is known of the domain, ask Thunderbird's table of providers about it: it is told the domain
    #[arg(long, requires = "account")]
    pub lookup: bool,
}

/// Checks a campaign.
#[derive(Debug, Args)]
pub struct Check {
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,

    /// Ask in the network too: DNS of recipients and sender, both servers with their logins; nothing is sent
    #[arg(long)]
    pub online: bool,
}

/// Shows the plan.
#[derive(Debug, Args)]
pub struct Plan {
    /// The round: 0 is the first letter
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub round: u32,

    /// Print the plan as JSON
    #[arg(long)]
    pub json: bool,
}

/// Shows letters.
#[derive(Debug, Args)]
pub struct Preview {
    /// The recipient, by id or address [default: the first who gets a letter]
    #[arg(value_name = "ID")]
    pub id: Option<String>,

    /// The round: 0 is the first letter, 1 the first follow-up, as it would be sent now
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub round: u32,

    /// The form [default: text; with --out, all of them]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<PreviewFormat>,

    /// Write into this folder, for you alone: one letter where ID is given; where it is not, all of them, with an
    /// index.html that leads to them
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,

    /// Open the letter's page in the browser; with --out, the index. Nothing is sent anywhere
    #[arg(long)]
    pub open: bool,

    /// Show what is different in the letters to two recipients
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["id", "format", "out", "open"])]
    pub diff: Vec<String>,
}

/// The form of a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PreviewFormat {
    /// The headers and the plain text
    Text,
    /// The HTML part
    Html,
    /// The whole message as it goes over the wire
    Eml,
    /// The letter on paper
    Pdf,
}

/// Asks for approval.
#[derive(Debug, Args)]
pub struct Approval {
    /// Write the page into this file [default: stdout; on a terminal, approval.html in the campaign's folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "agreed")]
    pub out: Option<PathBuf>,

    /// Write no page; note that this person agrees to the letter as it is now
    #[arg(long, value_name = "NAME", value_parser = a_name)]
    pub agreed: Option<String>,

    /// What was said with it
    #[arg(long, value_name = "TEXT", requires = "agreed", conflicts_with = "undo")]
    pub note: Option<String>,

    /// Take back that the person agreed
    #[arg(long, requires = "agreed")]
    pub undo: bool,
}

/// Publishes the letter.
#[derive(Debug, Args)]
pub struct Publish {
    /// The folder; one that is there is renewed if `publish` wrote it [default: public/ in the campaign's folder]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// A name that is not blank.
fn a_name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("it is blank; say who agreed, as in `--agreed \"Ana Roe\"`".to_owned()),
        name => Ok(name.to_owned()),
    }
}
