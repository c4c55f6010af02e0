//! What the codes of composite fonts mean where the font itself does not say it.
//!
//! The encoding of such a font leads from codes to characters of a collection, as Adobe-GB1, and the collections'
//! characters are known (ISO 32000-2, 9.10.2). What is of no known collection stays without a meaning.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use hayro_interpret::{
    hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded},
    hayro_syntax::{
        object::{Array, Dict, Name, Object, ObjectIdentifier, String as Text},
        page::{Page, Resources},
    },
};

/// The predefined maps that were needed, for all pages of a file.
#[derive(Default)]
pub(super) struct Maps(RefCell<HashMap<Vec<u8>, Option<Rc<CMap>>>>);

/// What the codes mean of the fonts that a page can write in, by name; `None` where that is not known, or two
/// fonts of that name mean other things by a code.
pub(super) struct Fonts(BTreeMap<String, Option<Codes>>);

/// From codes to characters of a collection, and from these to Unicode.
struct Codes {
    /// Equal where codes mean the same.
    key: Vec<u8>,
    encoding: Rc<CMap>,
    characters: Rc<CMap>,
}

/// Forms within forms are looked into so deep.
const DEEP: usize = 8;

/// A map in which no code is a character, for encodings that are not known: the library would take the codes
/// for Latin letters.
const UNKNOWN: &[u8] = b"/CMapName /Unknown def 1 begincodespacerange <0000> <FFFF> endcodespacerange \
    1 beginnotdefrange <0000> <FFFF> 0 endnotdefrange endcmap";

/// The predefined map called `name`, or one in which no code is a character.
pub(super) fn encoding(name: CMapName<'_>) -> Option<&'static [u8]> {
    let is_known = !matches!(name, CMapName::Custom(_));
    if is_known { load_embedded(name) } else { Some(UNKNOWN) }
}

impl Maps {
    fn predefined(&self, name: &CMapName<'_>) -> Option<Rc<CMap>> {
        let key = name.to_bytes().to_vec();
        if let Some(known) = self.0.borrow().get(&key) {
            return known.clone();
        }
        let map = match name {
            CMapName::IdentityH => Some(CMap::identity_h()),
            CMapName::IdentityV => Some(CMap::identity_v()),
            _ => load_embedded(CMapName::from_bytes(&key)).and_then(|data| CMap::parse(data, load_embedded)),
        };
        let map = map.map(Rc::new);
        self.0.borrow_mut().insert(key, map.clone());
        map
    }
}

impl Fonts {
    /// The fonts of `page`, and of the forms that it draws.
    pub(super) fn of(page: &Page<'_>, maps: &Maps) -> Self {
        let mut fonts = Self(BTreeMap::new());
        fonts.add(page.resources(), maps, &mut BTreeSet::new(), DEEP);
        fonts
    }

    /// What `code` means in the font called `name`, without the mark of a subset.
    pub(super) fn text(&self, name: &str, code: u32) -> Option<BfString> {
        self.0.get(name)?.as_ref()?.text(code)
    }

    fn add(&mut self, resources: &Resources<'_>, maps: &Maps, seen: &mut BTreeSet<ObjectIdentifier>, deep: usize) {
        for name in resources.fonts.keys() {
            let Some(font) = resources.get_font(&name) else { continue };
            if let Some(name) = font.get::<Name<'_>>(&b"BaseFont"[..]) {
                self.insert(without_mark(name.as_str()), Codes::of(&font, maps));
            }
        }
        for name in resources.x_objects.keys() {
            let Some(form) = resources.get_x_object(&name) else { continue };
            let is_new = form.dict().obj_id().is_none_or(|id| seen.insert(id));
            let within = form.dict().get::<Dict<'_>>(&b"Resources"[..]).filter(|_| is_new && deep > 0);
            if let Some(within) = within {
                self.add(&Resources::new(within), maps, seen, deep - 1);
            }
        }
    }

    fn insert(&mut self, name: &str, codes: Option<Codes>) {
        let key = |codes: &Option<Codes>| codes.as_ref().map(|codes| codes.key.clone());
        match self.0.get_mut(name) {
            Some(known) if key(known) != key(&codes) => *known = None,
            Some(_) => {}
            None => {
                self.0.insert(name.to_owned(), codes);
            }
        }
    }
}

impl Codes {
    /// What the codes of `font` mean, if it is a composite one and that is known.
    fn of(font: &Dict<'_>, maps: &Maps) -> Option<Self> {
        let descendant = font.get::<Array<'_>>(&b"DescendantFonts"[..])?.iter::<Dict<'_>>().next()?;
        let (mut key, encoding) = match font.get::<Object<'_>>(&b"Encoding"[..])? {
            Object::Name(name) => (name.to_vec(), maps.predefined(&CMapName::from_bytes(&name))?),
            Object::Stream(stream) => {
                let data = stream.decoded().ok()?;
                (data.to_vec(), Rc::new(CMap::parse(&data, load_embedded)?))
            }
            _ => return None,
        };
        let of_encoding = encoding.metadata().character_collection.as_ref().map(|known| known.family.clone());
        let of_encoding = of_encoding.filter(|family| *family != CidFamily::AdobeIdentity);
        let to_unicode = of_encoding.or_else(|| collection(&descendant))?.ucs2_cmap()?;
        key.extend(to_unicode.to_bytes());
        Some(Self { key, encoding, characters: maps.predefined(&to_unicode)? })
    }

    fn text(&self, code: u32) -> Option<BfString> {
        let character = (1..=4).find_map(|length| self.encoding.lookup_cid_code(code, length))?;
        self.characters.lookup_bf_string(character)
    }
}

/// The name of a font without the mark of a subset, six letters and a plus sign.
fn without_mark(name: &str) -> &str {
    name.split_once('+').filter(|(mark, _)| mark.len() == 6).map_or(name, |(_, name)| name)
}

/// The collection that the characters of `descendant` are of.
fn collection(descendant: &Dict<'_>) -> Option<CidFamily> {
    let info = descendant.get::<Dict<'_>>(&b"CIDSystemInfo"[..])?;
    let (registry, ordering) = (info.get::<Text<'_>>(&b"Registry"[..])?, info.get::<Text<'_>>(&b"Ordering"[..])?);
    Some(CidFamily::from_registry_ordering(&registry, &ordering))
}
