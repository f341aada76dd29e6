//! What every page has around it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};

use super::assets;
use super::desk::Desk;
use super::form::FORM_TOKEN;
use super::notice::Notice;
use super::tongue::Tongue;
use super::visit::Visit;
use super::words::Words;
use crate::page::Direction;

/// The pages that the navigation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Recipients,
    Letter,
    Inbox,
    Run,
    /// None of them.
    Nowhere,
}

impl Section {
    /// In the order of the navigation.
    const ALL: [Self; 5] = [Self::Overview, Self::Recipients, Self::Letter, Self::Inbox, Self::Run];

    fn path(self) -> &'static str {
        match self {
            Self::Overview | Self::Nowhere => "/",
            Self::Recipients => "/recipients",
            Self::Letter => "/letter",
            Self::Inbox => "/inbox",
            Self::Run => "/run",
        }
    }

    fn name(self, words: &'static Words) -> &'static str {
        match self {
            Self::Overview | Self::Nowhere => words.overview,
            Self::Recipients => words.recipients,
            Self::Letter => words.letter,
            Self::Inbox => words.inbox,
            Self::Run => words.run,
        }
    }
}

/// What a page has around it. Every page's template begins with `{% extends "web/layout.html" %}`, and its struct has
/// this as `frame`.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) tongue: Tongue,
    pub(super) words: &'static Words,
    pub(super) direction: Direction,
    /// What the page is called.
    pub(super) title: String,
    /// The campaign's name, where it is known.
    pub(super) campaign: Option<String>,
    pub(super) links: Vec<Link>,
    pub(super) is_read_only: bool,
    pub(super) notice: Option<NoticeShown>,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
}

/// A link of the navigation.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    pub(super) is_here: bool,
}

/// A notice, with the form that takes back what it tells.
#[derive(Debug)]
pub(super) struct NoticeShown {
    pub(super) notice: Notice,
    /// The token of that form.
    pub(super) token: String,
}

impl Frame {
    /// What a page has around it that is shown to a visitor.
    pub(super) fn new(desk: &Desk, visit: &Visit, section: Section, title: impl Into<String>) -> Self {
        let mut frame = Self::plain(visit.tongue, section, title);
        frame.is_read_only = desk.is_read_only();
        let notice = visit.query.one("said").and_then(|number| desk.notices.find(number));
        frame.notice = notice.map(|notice| {
            let token = notice.undo.as_ref().map(|undo| desk.gate.form_token(&undo.path, desk.clock.now()));
            NoticeShown { notice, token: token.unwrap_or_default() }
        });
        frame
    }

    /// The same of a page on which nothing can be changed.
    pub(super) fn plain(tongue: Tongue, section: Section, title: impl Into<String>) -> Self {
        let words = tongue.words();
        let link = |known: Section| Link { path: known.path(), name: known.name(words), is_here: known == section };
        Self {
            tongue,
            words,
            direction: Direction::LeftToRight,
            title: title.into(),
            campaign: None,
            links: Section::ALL.into_iter().map(link).collect(),
            is_read_only: false,
            notice: None,
            style: assets::STYLE,
            script: assets::SCRIPT_PATH,
        }
    }

    /// The same with the campaign's name.
    pub(super) fn of(self, campaign: &str) -> Self {
        Self { campaign: Some(campaign.to_owned()), ..self }
    }

    /// The name of the field in which a form has its token.
    #[expect(clippy::unused_self, reason = "templates reach it by the frame")]
    pub(super) fn form_token_name(&self) -> &'static str {
        FORM_TOKEN
    }
}

/// A page as a response.
pub(super) fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// The same with another status.
pub(super) fn page_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
