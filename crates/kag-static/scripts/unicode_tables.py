#!/usr/bin/env python3
"""Writes src/unicode/tables.rs: which characters the reference tokenizer drops, strips or splits at.

usage: unicode_tables.py > ../src/unicode/tables.rs      needs: pip install tokenizers

The ranges are read off the behaviour of the `tokenizers` library, one character at a time, so that
they are those of the Unicode version it was built with, whatever Python's own version is.
"""
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

clean = BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
strip = BertNormalizer(clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False)
split = BertPreTokenizer()


def characters():
    for code in range(0x80, 0x110000):
        if not 0xD800 <= code < 0xE000:
            yield code, chr(code)


def ranges(codes):
    found = []
    for code in codes:
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def table(name, what, codes):
    rows = ranges(codes)
    print(f"\n/// {what}")
    print("#[rustfmt::skip]")
    print(f"pub(super) const {name}: [(u32, u32); {len(rows)}] = [")
    for at in range(0, len(rows), 6):
        print("    " + " ".join(f"(0x{a:04X}, 0x{b:04X})," for a, b in rows[at:at + 6]))
    print("];")


print("//! Ranges of characters beyond ASCII, in order; written by `scripts/unicode_tables.py`.")
table("DROPPED", "Control, format and private-use characters (Cc, Cf, Co) and U+FFFD.",
      [n for n, c in characters() if clean.normalize_str(f"a{c}b") == "ab"])
table("STRIPPED", "Non-spacing marks (Mn), what is left of an accent after decomposition.",
      [n for n, c in characters() if strip.normalize_str(c) == ""])
table("PUNCTUATION", "Punctuation (Pc, Pd, Ps, Pe, Pi, Pf, Po), each a word of its own.",
      [n for n, c in characters() if len(split.pre_tokenize_str(f"a{c}b")) == 3])
