//! Units of measure and what they measure.

mod money;
mod table;

use std::{collections::HashMap, fmt, hash, sync::Arc, sync::LazyLock};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization;

use table::Known;

/// What a quantity measures; only quantities of one dimension compare.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Dimension {
    /// Parts of a whole: %.
    Proportion,
    /// Pieces of anything.
    Count,
    /// Persons.
    People,
    /// Time; a year is 365.2425 days and a month its twelfth.
    Duration,
    /// Length.
    Length,
    /// Area.
    Area,
    /// Volume.
    Volume,
    /// Mass.
    Mass,
    /// Speed.
    Speed,
    /// Temperature, on scales with different zeros.
    Temperature,
    /// Amount of data.
    Data,
    /// Power.
    Power,
    /// Energy.
    Energy,
    /// Pressure.
    Pressure,
    /// Frequency.
    Frequency,
    /// Money of one currency, by its ISO 4217 code: no rate of exchange is assumed.
    Money(&'static str),
    /// What a unit unknown to us measures, told apart by its text.
    Other(Arc<str>),
}

/// A unit of measure: `km`, `公里` and `kilometres` are one.
///
/// An unknown unit is kept as its text and is its own dimension.
#[derive(Clone)]
pub struct Unit(Repr);

#[derive(Clone)]
enum Repr {
    Known(&'static Known),
    Currency(&'static str),
    Other(Arc<str>),
}

impl Unit {
    /// The unit that `text` names in English or Chinese or by its symbol; an unknown one
    /// is kept as its text. `None` for a text without any visible character.
    ///
    /// Names are read in any case and width, symbols in the case they have (`MW`, `mW`).
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if let Some(known) = Self::known(text) {
            return Some(known);
        }
        let mut words = String::with_capacity(text.len());
        for word in text.nfkc().collect::<String>().split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        (!words.is_empty()).then(|| Self(Repr::Other(words.into())))
    }

    /// The unit that `text` names, if it is one we know.
    #[must_use]
    pub fn known(text: &str) -> Option<Self> {
        // No known name is longer, and `text` may be a book.
        if text.len() > 64 {
            return None;
        }
        let plain: String = text.nfkc().collect();
        let plain = plain.trim();
        NAMES
            .get(plain)
            .or_else(|| {
                // Of one or two letters the case has a meaning: T is no tonne.
                let word = plain.trim_end_matches('.');
                let word = (word.chars().count() > 2).then(|| word.to_lowercase())?;
                NAMES.get(&word)
            })
            .cloned()
            .map(Self)
            .or_else(|| money::code(plain).map(|code| Self(Repr::Currency(code))))
    }

    /// How it is written: `km²`, `CNY`, or the text of an unknown unit.
    #[must_use]
    pub fn symbol(&self) -> &str {
        match &self.0 {
            Repr::Known(known) => known.symbol,
            Repr::Currency(code) => code,
            Repr::Other(text) => text,
        }
    }

    /// What it measures.
    #[must_use]
    pub fn dimension(&self) -> Dimension {
        match &self.0 {
            Repr::Known(known) => known.dimension.clone(),
            Repr::Currency(code) => Dimension::Money(code),
            Repr::Other(text) => Dimension::Other(text.clone()),
        }
    }

    /// How it is written after any number but 1.
    pub(super) fn plural(&self) -> &str {
        match &self.0 {
            Repr::Known(known) => known.plural,
            Repr::Currency(code) => code,
            Repr::Other(text) => text,
        }
    }

    /// Whether it follows its number without a space, as % does.
    pub(super) fn is_attached(&self) -> bool {
        matches!(&self.0, Repr::Known(known) if known.dimension == Dimension::Proportion)
    }

    /// How many of its dimension's base unit one is.
    pub(super) fn factor(&self) -> Decimal {
        match &self.0 {
            Repr::Known(known) => Decimal::new(known.factor.0, known.factor.1),
            Repr::Currency(_) | Repr::Other(_) => Decimal::ONE,
        }
    }

    /// Where its zero lies on the scale of its dimension's base unit; zero for all units
    /// but those of temperature.
    #[must_use]
    pub fn offset(&self) -> Decimal {
        match &self.0 {
            Repr::Known(known) => Decimal::new(known.offset.0, known.offset.1),
            Repr::Currency(_) | Repr::Other(_) => Decimal::ZERO,
        }
    }
}

/// Every name of every known unit, in NFKC; words in lower case.
static NAMES: LazyLock<HashMap<String, Repr>> = LazyLock::new(|| {
    let units = table::UNITS.iter().flat_map(|known| {
        let names = known.names.iter().chain([&known.symbol, &known.plural]);
        names.map(move |name| (*name, Repr::Known(known)))
    });
    let currencies = money::NAMES.iter().map(|(name, code)| (*name, Repr::Currency(code)));
    units.chain(currencies).map(|(name, unit)| (name.nfkc().collect(), unit)).collect()
});

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.symbol() == other.symbol()
    }
}

impl Eq for Unit {}

impl hash::Hash for Unit {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.symbol().hash(state);
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.symbol(), f)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proportion => f.write_str("proportion"),
            Self::Count => f.write_str("count"),
            Self::People => f.write_str("people"),
            Self::Duration => f.write_str("duration"),
            Self::Length => f.write_str("length"),
            Self::Area => f.write_str("area"),
            Self::Volume => f.write_str("volume"),
            Self::Mass => f.write_str("mass"),
            Self::Speed => f.write_str("speed"),
            Self::Temperature => f.write_str("temperature"),
            Self::Data => f.write_str("data"),
            Self::Power => f.write_str("power"),
            Self::Energy => f.write_str("energy"),
            Self::Pressure => f.write_str("pressure"),
            Self::Frequency => f.write_str("frequency"),
            Self::Money(code) => write!(f, "money in {code}"),
            Self::Other(text) => write!(f, "measure in {text:?}"),
        }
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.symbol())
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::of(&text).ok_or_else(|| de::Error::custom("a unit without a name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_has_many_names_and_one_symbol() {
        for (symbol, names) in [
            ("km", &["km", "公里", "kilometres", "Kilometers", "千米", "ｋｍ", "㎞"][..]),
            ("km²", &["km2", "km²", "平方公里", "sq km", "square kilometres", "㎢"]),
            ("CNY", &["元", "人民币", "RMB", "yuan", "CNY"]),
            ("USD", &["$", "美元", "US dollars", "usd"]),
            ("%", &["%", "％", "percent", "per cent"]),
            ("°C", &["℃", "°C", "摄氏度"]),
            ("year", &["年", "years", "Year"]),
            ("MW", &["MW", "兆瓦"]),
        ] {
            for name in names {
                assert_eq!(Unit::of(name).unwrap().symbol(), symbol, "{name}");
            }
        }
    }

    #[test]
    fn no_two_units_share_a_name_and_every_symbol_names_its_unit() {
        let mut seen = HashMap::new();
        for known in table::UNITS {
            let names = known.names.iter().chain([&known.symbol, &known.plural]);
            for name in names {
                let plain: String = name.nfkc().collect();
                let other = seen.insert(plain, known.symbol);
                assert!(other.is_none_or(|other| other == known.symbol), "{name}");
                assert_eq!(Unit::of(name).unwrap().symbol(), known.symbol, "{name}");
            }
        }
        for (name, code) in money::NAMES {
            assert_eq!(Unit::of(name).unwrap().dimension(), Dimension::Money(code), "{name}");
        }
    }

    #[test]
    fn an_unknown_unit_is_its_own_dimension() {
        let unit = Unit::of(" mmol/L ").unwrap();
        assert_eq!(unit.dimension(), Dimension::Other("mmol/L".into()));
        assert_eq!(Unit::of("　"), None);
    }
}
