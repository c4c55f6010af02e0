//! Rules whose head stands elsewhere, such as above a `[[ ]]`.

use std::sync::Arc;

use kag_core::{Predicate, Span, TypeName};

use super::define::Relation;
use crate::{
    ConceptHead, ConceptPriority, ConceptRule, Diagnostic, NodePattern, RuleProgram, RuleText, Statement,
    expr::{Dialect, Parser, Symbol},
};

/// What a rule is about whose text does not say so itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleHead {
    /// A derived fact: the text is the blocks of a definition.
    Fact {
        /// The subject.
        subject: Box<NodePattern>,
        /// What the derived fact is called.
        variable: Option<Arc<str>>,
        /// The predicate.
        predicate: Predicate,
        /// The object.
        object: Box<NodePattern>,
    },
    /// A concept or a relation to one, in the short form: the text is the conditions.
    Concept(ConceptHead),
    /// The order of the concepts of a type: the text is `name = number` for each.
    Priority(TypeName),
}

impl RuleProgram {
    /// Reads a rule that is about `head` unless it says otherwise: text that begins with
    /// `Define` has its own head and is read as [`parse_text`](Self::parse_text) does. All
    /// spans count from the start of the file in which `rule` stands.
    ///
    /// ```
    /// use kag_core::Span;
    /// use kag_schema::{ConceptHead, ConceptName, RuleHead, RuleProgram, RuleText};
    ///
    /// let head = RuleHead::Concept(ConceptHead::Member(ConceptName::new("疾病", "高血压")));
    /// let rule = RuleText::new("R1: 收缩压 >= 140", Span::default());
    /// let (program, _) = RuleProgram::parse_under(&head, &rule);
    /// assert_eq!(program.to_string(), "Define (`疾病`/`高血压`) {\n    R1: 收缩压 >= 140\n}\n");
    /// ```
    #[must_use]
    pub fn parse_under(head: &RuleHead, rule: &RuleText) -> (Self, Vec<Diagnostic>) {
        let parser = rule.parser();
        if parser.begins_definition() { parser.program() } else { parser.under(head) }
    }
}

impl RuleText {
    /// Whether it says itself what it is about.
    pub(crate) fn has_head(&self) -> bool {
        self.parser().begins_definition()
    }

    fn parser(&self) -> Parser<'_> {
        Parser::new(Dialect::Rule, &self.text, Span::new(0, self.text.len()), self.span.start)
    }
}

impl Parser<'_> {
    fn begins_definition(&self) -> bool {
        ["Define", "DefinePriority"].iter().any(|word| self.begins_with(word, Symbol::LeftParen))
    }

    fn under(mut self, head: &RuleHead) -> (RuleProgram, Vec<Diagnostic>) {
        let start = self.here().start;
        // Blocks say more than conditions can.
        let blocks = self.block_at(self.at).is_some();
        let statement = match head {
            RuleHead::Fact { subject, variable, predicate, object } => {
                let relation = Relation {
                    subject: (**subject).clone(),
                    variable: variable.clone(),
                    predicate: predicate.clone(),
                    object: (**object).clone(),
                };
                self.blocks_under(relation, start)
            }
            RuleHead::Concept(ConceptHead::Related { subject, variable, predicate, object }) if blocks => {
                let relation = Relation {
                    subject: (**subject).clone(),
                    variable: variable.clone(),
                    predicate: predicate.clone(),
                    object: (**object).clone(),
                };
                self.blocks_under(relation, start)
            }
            RuleHead::Concept(head) => {
                let (conditions, action) = self.concept_body(None);
                let (head, description) = (head.clone(), None);
                Statement::ConceptRule(ConceptRule {
                    head,
                    conditions,
                    action,
                    description,
                    span: self.span_from(start),
                })
            }
            RuleHead::Priority(type_name) => {
                let order = self.order(None);
                let (type_name, description) = (type_name.clone(), None);
                Statement::Priority(ConceptPriority { type_name, order, description, span: self.span_from(start) })
            }
        };
        let mut statements = vec![statement];
        while self.peek().is_some() {
            self.statement(&mut statements);
        }
        (RuleProgram { statements }, self.finish())
    }

    fn blocks_under(&mut self, relation: Relation, start: usize) -> Statement {
        let body = self.body(None);
        Statement::Define(self.defined(relation, body, None, start))
    }
}
