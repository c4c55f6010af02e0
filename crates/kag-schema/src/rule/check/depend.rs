//! Which rules rest on which: what each reads and says, and circles without a meaning.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::Span;

use super::{
    cycle::components,
    head::{at_head, leads_into_pattern, subject_types},
    property::{canonical, is_in_group},
    types::{self, Types},
};
use crate::{ConceptHead, ConceptName, ConceptRule, Define, Diagnostic, Label, NodePattern, Schema, SemanticGroup};

/// Something that rules read or say.
#[derive(Clone, Debug, PartialEq)]
enum Thing {
    /// Facts; with any predicate where there is no name.
    Facts { predicate: Option<Arc<str>>, subject: Types, object: Object },
    /// Membership of a concept.
    Concept(ConceptName),
}

/// What stands at the end of facts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Types(Types),
    /// One of these concepts itself. What is below it in the graph can stand for it too, which only running
    /// the rules tells.
    Concepts(Vec<ConceptName>),
}

/// Something that a rule reads.
#[derive(Clone, Debug)]
struct Mention {
    thing: Thing,
    /// Whether more of it can only mean that the rule says more.
    grows: bool,
}

/// What one rule reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions {
    all: Vec<Mention>,
    /// Whether the expression at hand stands under a negation or the like.
    turned: bool,
    aggregates: bool,
    /// What its actions say.
    made: Vec<Thing>,
}

impl Mentions {
    pub(super) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Goes on under a negation, if `turned`; gives what to [`restore`](Self::restore).
    pub(super) fn turn(&mut self, turned: bool) -> bool {
        let outer = self.turned;
        self.turned |= turned;
        outer
    }

    pub(super) fn restore(&mut self, outer: bool) {
        self.turned = outer;
    }

    /// Notes that the rule takes aggregates of its matches.
    pub(super) fn aggregate(&mut self) {
        self.aggregates = true;
    }

    /// Notes that an action makes facts with `predicate`.
    pub(super) fn makes(&mut self, predicate: Arc<str>, subject: &Types) {
        let (subject, object) = (subject.clone(), Object::Types(Types::ANY));
        self.made.push(Thing::Facts { predicate: Some(predicate), subject, object });
    }

    pub(super) fn facts(&mut self, predicate: Option<Arc<str>>, subject: &Types, object: Object, grows: bool) {
        let thing = Thing::Facts { predicate, subject: subject.clone(), object };
        self.all.push(Mention { thing, grows: grows && !self.turned });
    }

    pub(super) fn property(&mut self, of: &Types, name: &Arc<str>) {
        self.facts(Some(Arc::clone(name)), of, Object::Types(Types::ANY), true);
    }

    pub(super) fn concept(&mut self, concept: &ConceptName, schema: &Schema) {
        let thing = Thing::Concept(resolved(concept, schema));
        self.all.push(Mention { thing, grows: !self.turned });
    }
}

/// A rule among others.
pub(super) struct Rule {
    program: usize,
    /// What messages call it.
    name: String,
    span: Span,
    says: Vec<Thing>,
    /// Whether facts of it may be stored, so that a circle can begin with them: the schema
    /// declares it, wherever its rules stand.
    stored: bool,
    mentions: Mentions,
}

impl Rule {
    pub(super) fn of_define(program: usize, define: &Define, mentions: Mentions, schema: &Schema) -> Self {
        let subject = subject_types(schema, define);
        let predicate = canonical(schema, subject.as_deref(), define.predicate.as_str());
        let span = at_head(define, Diagnostic::error(define.span.0, "")).span;
        let is_declared =
            subject.iter().flatten().any(|of| schema.resolve_predicate(of.as_str(), &predicate).is_some());
        let subject = subject.map_or(Types::ANY, Types::of);
        let concepts = concepts_of(&define.object).filter(|_| !leads_into_pattern(define));
        let name = called(&predicate, concepts, schema);
        let mut says = mentions.made.clone();
        // An action of one concept on another is all that its rule says.
        let only_acts = concepts.is_some() && !define.action.is_empty() && !is_membership(schema, &predicate);
        if !only_acts {
            let labels = &define.object.labels;
            says.extend(related(&predicate, &subject, concepts, labels, schema));
        }
        let stored = is_declared || says.iter().any(|thing| matches!(thing, Thing::Concept(_)));
        Self { program, name, span, says, stored, mentions }
    }

    pub(super) fn of_concept(program: usize, rule: &ConceptRule, mentions: Mentions, schema: &Schema) -> Self {
        let (name, says) = match &rule.head {
            ConceptHead::Member(concept) => {
                let concepts = std::slice::from_ref(concept);
                let declared = schema.types().flat_map(|of| &of.properties);
                let memberships = declared.filter(|property| property.group == Some(SemanticGroup::Ind));
                let names: BTreeSet<&str> =
                    memberships.map(|property| property.name.as_str()).chain(["belongTo"]).collect();
                let says =
                    names.into_iter().flat_map(|name| related(&name.into(), &Types::ANY, Some(concepts), &[], schema));
                (concept.to_string(), says.collect())
            }
            ConceptHead::Related { subject, predicate, object, .. } => {
                let subject = types_of(&subject.labels, schema);
                let predicate = canonical(schema, subject.known(), predicate.as_str());
                let concepts = concepts_of(object);
                let says = related(&predicate, &subject, concepts, &object.labels, schema);
                (called(&predicate, concepts, schema), says)
            }
        };
        Self { program, name, span: rule.span.0, says, stored: true, mentions }
    }

    fn can_say(&self, mentioned: &Thing, schema: &Schema) -> bool {
        self.says.iter().any(|said| can_be(mentioned, said, schema))
    }
}

/// The concepts that a head leads to, where it leads to nothing else.
fn concepts_of(object: &NodePattern) -> Option<&[ConceptName]> {
    match &object.labels[..] {
        [Label::Concepts(concepts)] => Some(concepts),
        _ => None,
    }
}

/// What messages call a rule: a concept that it is about, or the predicate.
fn called(predicate: &str, concepts: Option<&[ConceptName]>, schema: &Schema) -> String {
    let concept = concepts.and_then(<[_]>::first).filter(|_| is_membership(schema, predicate));
    concept.map_or_else(|| format!("`{predicate}`"), ToString::to_string)
}

/// What a rule says that relates things to each of `concepts`, or to things with these labels.
fn related(
    predicate: &Arc<str>,
    subject: &Types,
    concepts: Option<&[ConceptName]>,
    labels: &[Label],
    schema: &Schema,
) -> Vec<Thing> {
    let facts = |object| Thing::Facts { predicate: Some(Arc::clone(predicate)), subject: subject.clone(), object };
    let Some(concepts) = concepts else { return vec![facts(Object::Types(types_of(labels, schema)))] };
    let resolved: Vec<ConceptName> = concepts.iter().map(|concept| resolved(concept, schema)).collect();
    let mut says = Vec::new();
    if is_membership(schema, predicate) {
        says.extend(resolved.iter().cloned().map(Thing::Concept));
    }
    says.extend(resolved.into_iter().map(|concept| facts(Object::Concepts(vec![concept]))));
    says
}

fn is_membership(schema: &Schema, predicate: &str) -> bool {
    is_in_group(schema, predicate, &[SemanticGroup::Ind])
}

fn types_of(labels: &[Label], schema: &Schema) -> Types {
    let names = labels.iter().map(|label| match label {
        Label::Type(name) => types::resolve(schema, name.as_str()).cloned(),
        Label::Concepts(_) => None,
    });
    names.collect::<Option<Vec<_>>>().filter(|names| !names.is_empty()).map_or(Types::ANY, Types::of)
}

pub(super) fn resolved(concept: &ConceptName, schema: &Schema) -> ConceptName {
    let type_name = types::resolve(schema, concept.type_name.as_str()).unwrap_or(&concept.type_name);
    ConceptName::new(type_name.clone(), Arc::clone(&concept.name))
}

/// The circles among `rules` that have no meaning, each with the program it is reported in.
pub(super) fn circles(rules: &[Rule], schema: &Schema) -> Vec<(usize, Diagnostic)> {
    let needs = needs(rules, schema);
    let plain: Vec<Vec<usize>> = needs.iter().map(|of| of.iter().map(|(to, _)| *to).collect()).collect();
    let mut found = Vec::new();
    for set in components(&plain) {
        let inside = |from: usize| needs.get(from).into_iter().flatten().filter(|(to, _)| set.contains(to));
        let Some(rule) = set.iter().filter(|from| inside(**from).next().is_some()).find_map(|from| rules.get(*from))
        else {
            continue;
        };
        let names: Vec<&str> = set.iter().filter_map(|at| rules.get(*at)).map(|rule| rule.name.as_str()).collect();
        let way = format!("{} → {}", names.join(" → "), names.first().copied().unwrap_or_default());
        let turned = set.iter().find(|from| inside(**from).any(|(_, grows)| !grows));
        if let Some(turned) = turned.and_then(|from| rules.get(*from)) {
            let message = format!("{} rests on the negation or an aggregate of itself: {way}", turned.name);
            let wrong = Diagnostic::error(turned.span, message)
                .with_hint("what is negated or counted must be settled first: define it without this one");
            found.push((turned.program, wrong));
        } else if !acts(&set, rules) && !begins(&set, rules, &needs, schema) {
            let stored = set.iter().filter_map(|at| rules.get(*at)).any(|rule| rule.stored);
            let wrong = if stored {
                let message = format!("{} needs itself, and only stored facts begin it: {way}", rule.name);
                Diagnostic::warning(rule.span, message)
            } else {
                let message = format!("{} needs itself, and nothing begins it: {way}", rule.name);
                Diagnostic::error(rule.span, message)
            };
            found.push((rule.program, wrong.with_hint("add a rule that does not need it")));
        }
    }
    found
}

/// Whether an action makes something in a circle: what that begins with is in the graph already.
fn acts(set: &[usize], rules: &[Rule]) -> bool {
    set.iter().filter_map(|at| rules.get(*at)).any(|rule| !rule.mentions.made.is_empty())
}

/// Whether a rule outside of a circle says the same as one in it, so that the circle can begin.
fn begins(set: &[usize], rules: &[Rule], needs: &[Vec<(usize, bool)>], schema: &Schema) -> bool {
    set.iter().filter_map(|at| rules.get(*at)).any(|rule| {
        rules.iter().enumerate().any(|(at, other)| {
            let recursive =
                set.contains(&at) && needs.get(at).is_some_and(|of| of.iter().any(|(to, _)| set.contains(to)));
            !recursive && rule.says.iter().any(|thing| other.can_say(thing, schema))
        })
    })
}

/// By rule, the rules it reads from, and whether it only grows with them.
fn needs(rules: &[Rule], schema: &Schema) -> Vec<Vec<(usize, bool)>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    // By the name alone: the type named may be one that that of the concept inherits from.
    let mut concepts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let says = rules.iter().enumerate().flat_map(|(at, rule)| rule.says.iter().map(move |thing| (at, thing)));
    for (at, thing) in says {
        match thing {
            Thing::Facts { predicate, .. } => by_name.entry(predicate.as_deref().unwrap_or("")).or_default().push(at),
            Thing::Concept(concept) => concepts.entry(&concept.name).or_default().push(at),
        }
    }
    let read_from = |rule: &Rule| {
        let mut reads: BTreeMap<usize, bool> = BTreeMap::new();
        for mention in &rule.mentions.all {
            let near: &[usize] = match &mention.thing {
                Thing::Facts { predicate: Some(name), .. } => by_name.get(&**name).map_or(&[], Vec::as_slice),
                // Any edge at all says too little to be held against a rule.
                Thing::Facts { predicate: None, .. } => &[],
                Thing::Concept(concept) => concepts.get(&*concept.name).map_or(&[], Vec::as_slice),
            };
            for at in near {
                if rules.get(*at).is_some_and(|other| other.can_say(&mention.thing, schema)) {
                    let grows = mention.grows && !rule.mentions.aggregates;
                    reads.entry(*at).and_modify(|all| *all &= grows).or_insert(grows);
                }
            }
        }
        reads.into_iter().collect()
    };
    rules.iter().map(read_from).collect()
}

/// Whether what is said can be what is mentioned.
fn can_be(mentioned: &Thing, said: &Thing, schema: &Schema) -> bool {
    match (mentioned, said) {
        (Thing::Facts { predicate, subject, object }, Thing::Facts { predicate: says, subject: from, object: to }) => {
            (predicate.is_none() || predicate == says) && subject.meet(from, schema) && object.meets(to, schema)
        }
        (Thing::Concept(mentioned), Thing::Concept(said)) => same(mentioned, said, schema),
        _ => false,
    }
}

impl Object {
    fn meets(&self, other: &Self, schema: &Schema) -> bool {
        match (self, other) {
            (Self::Types(left), Self::Types(right)) => left.meet(right, schema),
            (Self::Concepts(left), Self::Concepts(right)) => {
                left.iter().any(|left| right.iter().any(|right| same(left, right, schema)))
            }
            (Self::Types(types), Self::Concepts(concepts)) | (Self::Concepts(concepts), Self::Types(types)) => {
                types.meet(&Types::of(concepts.iter().map(|concept| concept.type_name.clone())), schema)
            }
        }
    }
}

/// Whether two names can be of one concept, which may be of a type that inherits from the one named.
fn same(left: &ConceptName, right: &ConceptName, schema: &Schema) -> bool {
    let is_a = |one: &ConceptName, other: &ConceptName| schema.is_a(one.type_name.as_str(), other.type_name.as_str());
    left.name == right.name && (is_a(left, right) || is_a(right, left))
}
