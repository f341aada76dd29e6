//! A shape: what all letters have in common that take the same branches of a template.
//!
//! Markdown, the layout, CSS and the wrapping of text are done once for a shape; only lines with a value in them are
//! left to be filled for each letter.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use super::block::Block;
use super::body::{Body, Fixed};
use super::html;
use super::layout::Layout;
use super::lines::Lines;
use super::passage::{Passage, Quotation};
use super::text;
use super::trace::Trace;
use crate::picture::Picture;

/// How many shapes a letter keeps: each is some tens of kilobytes.
const SHAPES_KEPT: usize = 256;

/// Lines that are shared, and lines that are filled, in their order.
#[derive(Debug)]
struct Part<O> {
    fixed: Arc<[Option<Arc<Fixed>>]>,
    open: Vec<O>,
}

impl<O> Part<O> {
    /// Joins neighbours that are fixed.
    fn new(segments: impl IntoIterator<Item = Result<String, O>>) -> Self {
        let (mut fixed, mut open, mut lines) = (Vec::new(), Vec::new(), String::new());
        for segment in segments {
            match segment {
                Ok(more) => lines.push_str(&more),
                Err(filled) => {
                    if !lines.is_empty() {
                        fixed.push(Some(Arc::new(Fixed::new(std::mem::take(&mut lines)))));
                    }
                    fixed.push(None);
                    open.push(filled);
                }
            }
        }
        if !lines.is_empty() {
            fixed.push(Some(Arc::new(Fixed::new(lines))));
        }
        Self { fixed: fixed.into(), open }
    }

    fn fill<E>(&self, mut fill: impl FnMut(&O, &mut String) -> Result<(), E>) -> Result<Body, E> {
        let mut filled = String::with_capacity(512);
        let mut ends = Vec::with_capacity(self.open.len());
        for open in &self.open {
            fill(open, &mut filled)?;
            ends.push(filled.len());
        }
        Ok(Body::new(&self.fixed, filled, ends))
    }
}

/// What all letters have in common that take the same branches.
#[derive(Debug)]
pub(super) struct Shape {
    html: Part<Lines>,
    text: Part<Block>,
    pictures: Arc<[Arc<Picture>]>,
}

impl Shape {
    /// Makes the shape of a letter, and of the one that it quotes.
    pub(super) fn of(own: &Passage<'_>, quoted: Option<&Quotation<'_>>, layout: &Layout) -> Result<Self, String> {
        let mut content = html::write(own)?;
        if let Some(quoted) = quoted {
            html::quote(quoted, &mut content)?;
        }
        let page = layout.fill(&content.html)?;
        let lines = page.split_inclusive('\n');
        let html = Part::new(lines.map(|line| Lines::read(line, &content.constants)));
        let blocks = text::blocks(own, quoted)?;
        let nothing: [(&str, ()); 0] = [];
        let text = Part::new(blocks.into_iter().map(|block| {
            let mut lines = String::new();
            if block.is_fixed() && block.fill(&nothing, &mut lines).is_ok() { Ok(lines) } else { Err(block) }
        }));
        let mut pictures: Vec<Arc<Picture>> = Vec::new();
        for picture in layout.header().map(|(picture, _)| picture).into_iter().chain(&content.pictures) {
            if pictures.iter().all(|known| known.id() != picture.id()) {
                pictures.push(Arc::clone(picture));
            }
        }
        Ok(Self { html, text, pictures: pictures.into() })
    }

    /// The pictures that the HTML names, each once.
    pub(super) fn pictures(&self) -> &Arc<[Arc<Picture>]> {
        &self.pictures
    }

    /// The text and the HTML of one letter; an error is of the value with that number.
    pub(super) fn fill(
        &self,
        trace: &Trace<'_>,
        title: &str,
        preheader: &str,
    ) -> Result<(Body, Body), (usize, String)> {
        let text = self.text.fill(|block, text| block.fill(&trace.values, text))?;
        let html = self.html.fill(|lines, html| lines.fill(&trace.values, title, preheader, html))?;
        Ok((text, html))
    }
}

/// The shapes of a letter that were made lately.
#[derive(Debug, Default)]
pub(super) struct Shapes(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    shapes: HashMap<Vec<u8>, Arc<Shape>>,
    /// The keys, the oldest first.
    order: VecDeque<Vec<u8>>,
}

impl Shapes {
    /// The shape of a key; `make` makes it where it is not there.
    pub(super) fn find<E>(&self, key: &[u8], make: impl FnOnce() -> Result<Shape, E>) -> Result<Arc<Shape>, E> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).shapes.get(key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let shape = Arc::new(make()?);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.shapes.len() >= SHAPES_KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.shapes.remove(&oldest);
        }
        if kept.shapes.insert(key.to_vec(), Arc::clone(&shape)).is_none() {
            kept.order.push_back(key.to_vec());
        }
        Ok(shape)
    }
}
