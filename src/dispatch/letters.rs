//! One due delivery → its message: the row is read again, the letter merged, the bytes written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::earlier::Earlier;
use super::enclosure::Enclosure;
use super::on_paper::OnPaper;
use crate::attachment::judge;
use crate::ledger::Due;
use crate::letter::{Letter, Letters, Merged, Previous};
use crate::lists::RecipientReader;
use crate::message::{Attachment, ComposeError, Composed, Composer, Draft, Signer, estimate};
use crate::model::{Columns, Fault, Faults, History, MessageId, Place, Recipient, RecipientId, TokenKey};
use crate::plan;
use crate::workspace::Workspace;

/// Makes the letters of a round.
#[derive(Debug)]
pub struct LetterMaker {
    workspace: Workspace,
    /// Whether the list has a column `timezone`.
    has_places: bool,
    rows: RecipientReader,
    /// The recipients list, as messages name it.
    list: String,
    letters: Letters,
    composer: Composer,
    attachments: Vec<Enclosure>,
    /// Files of single letters, read once each.
    files: Mutex<HashMap<String, Arc<Attachment>>>,
    pdf: Option<OnPaper>,
    earlier: Option<Earlier>,
    /// How many letters may be made aside at once: more than there are processors would only need more memory.
    turns: Semaphore,
}

/// Why a letter could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LetterError {
    /// The row, the letter or a file has faults.
    #[error(transparent)]
    Faults(#[from] Faults),
    /// The message could not be written.
    #[error(transparent)]
    Compose(#[from] ComposeError),
}

impl LetterMaker {
    /// A maker of letters to the recipients of a list with these columns. `attachments` go with every letter.
    #[must_use]
    pub fn new(
        workspace: Workspace,
        list: &str,
        columns: Arc<Columns>,
        letters: Letters,
        composer: Composer,
        attachments: Vec<Enclosure>,
    ) -> Self {
        Self {
            workspace,
            has_places: columns.position("timezone").is_some(),
            rows: RecipientReader::new(columns, list),
            list: list.to_owned(),
            letters,
            composer,
            attachments,
            files: Mutex::default(),
            pdf: None,
            earlier: None,
            turns: Semaphore::new(std::thread::available_parallelism().map_or(1, Into::into)),
        }
    }

    /// The same letters, with tokens and Message-IDs that another ledger's key makes.
    #[must_use]
    pub fn with_key(self, key: TokenKey) -> Self {
        Self { composer: self.composer.with_key(key), ..self }
    }

    /// The same, with each letter signed as it leaves.
    #[must_use]
    pub fn signed_by(self, signer: Option<Arc<Signer>>) -> Self {
        Self { composer: self.composer.signed_by(signer), ..self }
    }

    /// The same, with each letter going along as a PDF.
    #[must_use]
    pub fn with_pdf(self, pdf: OnPaper) -> Self {
        Self { pdf: Some(pdf), ..self }
    }

    /// The same, with letters that know of those before them.
    #[must_use]
    pub fn with_earlier(self, earlier: Earlier) -> Self {
        Self { earlier: Some(earlier), ..self }
    }

    /// The Message-ID of a letter that was never attempted.
    #[must_use]
    pub fn message_id(&self, id: &RecipientId) -> MessageId {
        self.composer.message_id(id)
    }

    /// Whether the list says where its recipients are: sending hours are read on their clocks then.
    #[must_use]
    pub fn has_places(&self) -> bool {
        self.has_places
    }

    /// Whether each letter quotes the first.
    #[must_use]
    pub fn quotes(&self) -> bool {
        self.earlier.as_ref().is_some_and(|earlier| earlier.quote.is_some())
    }

    /// What the letter to a recipient with this history says of the one before it.
    ///
    /// # Errors
    /// Where the first letter is to be quoted and cannot be.
    pub fn previous(
        &self,
        recipient: &Recipient,
        history: &History,
        at: Timestamp,
    ) -> Result<Option<Previous>, Faults> {
        let Some(earlier) = &self.earlier else { return Ok(None) };
        let place = || Place::line(self.list.clone(), recipient.line);
        earlier.previous(history, at).map_err(|why| Fault::error(place(), why).into())
    }

    /// The letters in all their languages.
    #[must_use]
    pub fn letters(&self) -> &Letters {
        &self.letters
    }

    /// Reads the row of a due delivery again, without the copies that its plan left out.
    ///
    /// # Errors
    /// Where the row has faults, which the plan has ruled out.
    pub fn recipient(&self, due: &Due) -> Result<Recipient, Faults> {
        let mut recipient = self.rows.read(due.line, due.cells.clone())?;
        plan::leave_out(&mut recipient, &due.left_out);
        Ok(recipient)
    }

    /// The letter for a recipient with this history, as it is at a moment.
    ///
    /// # Errors
    /// Where it cannot be merged for this recipient.
    pub fn merge(&self, recipient: &Recipient, history: &History, at: Timestamp) -> Result<Merged, Faults> {
        let previous = self.previous(recipient, history, at)?;
        self.letter(recipient).merge(recipient, previous.as_ref())
    }

    /// The letter in the recipient's language.
    fn letter(&self, recipient: &Recipient) -> &Letter {
        self.letters.choose(recipient.lang.as_ref()).letter
    }

    /// Makes the message of a delivery. `known_as` is the Message-ID under which it was attempted before, where it was.
    ///
    /// # Errors
    /// Where the letter cannot be merged for this recipient, or a file is not there.
    pub fn make(
        &self,
        id: &RecipientId,
        known_as: Option<&MessageId>,
        recipient: &Recipient,
        history: &History,
        at: Timestamp,
    ) -> Result<Composed, LetterError> {
        let (letter, previous) = (self.letter(recipient), self.previous(recipient, history, at)?);
        let merged = letter.merge(recipient, previous.as_ref())?;
        let mut files = self.attachments(recipient)?;
        if let Some(pdf) = &self.pdf {
            files.splice(..0, pdf.make(&letter.to(recipient, previous.as_ref()), letter)?);
        }
        let attachments: Vec<&Attachment> = files.iter().map(AsRef::as_ref).collect();
        let draft = Draft {
            recipient,
            id,
            known_as,
            merged: &merged,
            language: letter.language(),
            attachments: &attachments,
            thread: &history.message_ids(),
            at,
        };
        Ok(self.composer.compose(&draft)?)
    }

    /// Makes the message of a delivery as [`make`](LetterMaker::make) does, and in a thread of its own where that takes
    /// long, as a signature by RSA or a PDF does: the conversations with servers go on meanwhile.
    ///
    /// # Errors
    /// As for [`make`](LetterMaker::make).
    pub(super) async fn make_aside(
        self: &Arc<Self>,
        Due { recipient: id, message_id: known_as, .. }: &Due,
        recipient: &Recipient,
        history: &History,
        at: Timestamp,
    ) -> Result<Composed, LetterError> {
        if !matches!(self.pdf, Some(OnPaper::Each { .. })) && !self.composer.signs_slowly() {
            return self.make(id, known_as.as_ref(), recipient, history, at);
        }
        let _turn = self.turns.acquire().await;
        let maker = Arc::clone(self);
        let (id, known_as) = (id.clone(), known_as.clone());
        let (recipient, history) = (recipient.clone(), history.clone());
        let making = tokio::task::spawn_blocking(move || maker.make(&id, known_as.as_ref(), &recipient, &history, at));
        making.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Makes sure that a letter can be made, and says about how many bytes its message has.
    ///
    /// # Errors
    /// As for [`make`](LetterMaker::make).
    pub fn try_out(&self, recipient: &Recipient, history: &History, at: Timestamp) -> Result<u64, Faults> {
        let (letter, previous) = (self.letter(recipient), self.previous(recipient, history, at)?);
        let merged = letter.merge(recipient, previous.as_ref())?;
        let files = self.attachments(recipient)?;
        let attachments: Vec<&Attachment> = files.iter().map(AsRef::as_ref).collect();
        let size = estimate(&merged, &attachments);
        let refused = |error: ComposeError| Fault::error(recipient.place(&self.list, "email"), error.to_string());
        self.composer.judge(recipient).map_err(refused)?;
        let addressed = letter.to(recipient, previous.as_ref());
        let on_paper = self.pdf.as_ref().map_or(Ok(0), |pdf| pdf.try_out(&addressed, letter))?;
        Ok(size + on_paper)
    }

    /// Whether each letter goes along as a PDF.
    #[must_use]
    pub fn encloses_pdf(&self) -> bool {
        self.pdf.is_some()
    }

    /// The names of all files that go with a letter, its PDF first.
    ///
    /// # Errors
    /// Where one is not there.
    pub fn attachment_names(&self, recipient: &Recipient) -> Result<Vec<String>, Faults> {
        let letter = self.letter(recipient);
        let pdf = self.pdf.as_ref().and_then(|pdf| pdf.name(letter));
        Ok(pdf.into_iter().chain(self.attachments(recipient)?.iter().map(|file| file.name().to_owned())).collect())
    }

    /// The files that go with a letter: the campaign's, then the letter's own, then the recipient's; one that is named
    /// twice goes once.
    ///
    /// # Errors
    /// Where one is not there.
    pub fn attachments(&self, recipient: &Recipient) -> Result<Vec<Arc<Attachment>>, Faults> {
        let letter = self.letter(recipient);
        let of_letter = letter.attachments();
        let language = recipient.lang.as_ref().unwrap_or(letter.language());
        let of_all = self.attachments.iter().map(|enclosure| Arc::clone(enclosure.in_language(language)));
        let mut files: Vec<Arc<Attachment>> = of_all.collect();
        let mut faults = Faults::new();
        for path in of_letter.iter().chain(&recipient.attachments) {
            if files.iter().any(|file| file.path() == path) {
                continue;
            }
            match self.file(path) {
                Ok(file) => files.push(file),
                Err(why) => {
                    faults.push(Fault::error(recipient.place(&self.list, "attachments"), format!("attachment {why}")));
                }
            }
        }
        if faults.is_empty() { Ok(files) } else { Err(faults) }
    }

    fn file(&self, path: &str) -> Result<Arc<Attachment>, String> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get(path) {
            return Ok(Arc::clone(file));
        }
        let content = self.workspace.read(path).map_err(|error| error.to_string())?;
        judge(path, &content).map_err(|unfit| unfit.to_string())?;
        let file = Arc::new(Attachment::new(path, &content));
        files.insert(path.to_owned(), Arc::clone(&file));
        Ok(file)
    }
}
