//! Names that stand for something in a part of an expression only.

use super::Binding;

/// What the parameters of a lambda, or the name of a list, stand for; inner ones first.
#[derive(Clone, Copy)]
pub(super) struct Local<'l> {
    pub(super) name: &'l str,
    pub(super) binding: &'l Binding,
    pub(super) outer: Option<&'l Local<'l>>,
}

impl Local<'_> {
    pub(super) fn find(&self, name: &str) -> Option<&Binding> {
        let mut local = Some(self);
        while let Some(here) = local {
            if here.name == name {
                return Some(here.binding);
            }
            local = here.outer;
        }
        None
    }
}
