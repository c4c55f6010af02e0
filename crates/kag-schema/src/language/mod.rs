//! The schema language of OpenSPG: text to [`Schema`](crate::Schema) and back.
//!
//! A file names its namespace and then declares types. What is said of a type is indented
//! below it, what is said of a property below that; how far does not matter.
//!
//! | written | meaning |
//! |---|---|
//! | `namespace Football` | what the types belong to; the first line |
//! | `# text` | a comment, on a line of its own |
//! | `Person(人物): EntityType` | a type: name, label, and one of EntityType, EventType, ConceptType, StandardType, IndexType, BasicType |
//! | `Player(球员) -> Person:` | a type that inherits |
//! | `desc: A human being.` | a description, of a type or a property |
//! | `hypernymPredicate: isA` | how concepts are ordered: isA, locateAt, mannerOf |
//! | `autoRelate: Industry, Product` | concepts are related by every known predicate |
//! | `regular: [0-9]{11}`, `spreadable: True` | the form of a standard type's values; whether they are nodes too |
//! | `properties:`, `relations:` | what can be said of instances; below a property, of its facts |
//! | `playsFor(效力于): Club,NationalTeam` | a property: name, label, and the types of its objects |
//! | `CAU#leadTo(导致): Event` | a predicate with a known meaning: SYNANT, CAU, SEQ, IND, INC, USE (and HYP) |
//! | `STD.Email`, `Finance.Company` | a standard type, a type of another namespace: not declared here |
//! | `constraint: NotNull, MultiValue, Enum="a,b", Regular="[0-9]+"` | what must hold |
//! | `index: TextAndVector` | how text is found: Text, Vector, SparseVector, TextAndVector, TextAndSparseVector, None |
//! | `rule: [[ ... ]]` | the rule that derives it, on one line or many |
//!
//! Ours, where OpenSPG has no word: `labelEn:`, `labelZh:` and `aliases:` for further names,
//! `abstract: True`, `Name: EventType -> Parent`, `` `a name` `` in back-quotes,
//! `Enum=["a,b", "c"]` for values with commas, `[=[` ... `]=]` around text with `]]` in it,
//! and `"..."` with escapes around labels and descriptions that could not stand as they are.
//!
//! A label with a Han character in it is the Chinese one, any other the English one.
//! Punctuation may be wide. A relation that is declared once for each type of its objects,
//! as OpenSPG asks for, is one relation.
//!
//! Beside schemas, [`ConceptRules`] are the rule files that say which instances belong to a
//! concept and which concept leads to which.

mod comment;
mod concept;
mod declaration;
mod document;
mod draft;
mod fence;
mod keyword;
mod lines;
mod mend;
mod print;
mod read;
mod resolve;
mod text;

pub use comment::{Comment, CommentPlace};
pub use concept::{ConceptRuleHead, ConceptRuleText, ConceptRules, ConceptRulesReading};
pub use document::{SchemaDocument, SchemaReading};
