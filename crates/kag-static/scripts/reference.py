#!/usr/bin/env python3
"""Writes tests/reference.jsonl and tests/unicode_sweep.txt with a second, independent reader.

usage: reference.py        (in this folder; needs: pip install tokenizers numpy)

Token ids come from the `tokenizers` library over the same vocabulary (without its matching of special
tokens such as "[MASK]" in a text, which a reader of untrusted text must not do); vectors from numpy.
The sweep holds, for each 4096 characters of Unicode, a hash of the ids of every "a" + character + "b".
"""
import json
import os
import struct

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

here = os.path.dirname(os.path.abspath(__file__))
data, tests = os.path.join(here, "../data"), os.path.join(here, "../tests")

with open(f"{data}/vocab.txt", encoding="utf-8") as file:
    pieces = {line.rstrip("\n"): at for at, line in enumerate(file)}
tokenizer = Tokenizer(WordPiece(pieces, unk_token="[UNK]", max_input_chars_per_word=100))
tokenizer.normalizer = BertNormalizer()
tokenizer.pre_tokenizer = BertPreTokenizer()

with open(f"{data}/static-minilm-128.bin", "rb") as file:
    raw = file.read()
magic, rows, dim = struct.unpack_from("<4sII", raw)
assert magic == b"KSE1" and rows == len(pieces)
scale = np.frombuffer(raw, "<f4", rows, 12)
table = np.frombuffer(raw, "i1", rows * dim, 12 + 4 * rows).reshape(rows, dim)

TEXTS = [
    "", " ", "\t\r\n", "a", "Hello, world!", "The quick brown fox jumps over the lazy dog.",
    "Knowledge graphs join documents, facts and rules.",
    "The fund's net asset value fell by 3.75% in the third quarter of 2011.",
    "Mr. O'Neill didn't sign the lease; he'd read clause 14(b) twice.",
    "aspirin 75 mg b.i.d. for secondary prevention after myocardial infarction",
    "In Re: Estate of Marlowe [2004] 2 All E.R. 512, at para. 37",
    "unaffable antidisestablishmentarianism electroencephalographically",
    "Which team did the goalkeeper join after leaving the club he captained?",
    "ALL CAPITALS WITH   IRREGULAR\tSPACES\nAND LINES",
    "état, naïve café, Zürich, Ångström, São Paulo, Škoda, Łódź, smørrebrød",
    "e\u0301te\u0301 decomposed and été composed are one",
    "İstanbul'da ıssız bir sokak", "ΑΒΓ αβγ ΟΔΟΣ ὀδός", "Съешь же ещё этих мягких французских булок",
    "straße STRASSE ſtill", "Ελληνικά και Русский mixed", "Tiếng Việt có nhiều dấu thanh",
    "知识图谱把文档、事实和规则连接起来。", "他在2011年加入了北京国安足球俱乐部。", "白内障患者属于视障人士吗？",
    "合同法第十四条规定：要约是希望和他人订立合同的意思表示。", "半角和全角：ＡＢＣ１２３，（括号）「引号」",
    "English 和中文 mixed 在一起 without spaces:知识graph", "東京都の人口は約1400万人です。カタカナとひらがな。",
    "한국어 문장은 음절 블록으로 쓴다.", "㐀㐁𠀀𠀁 rare ideographs 豈更車",
    "emoji 😀 alone, attached😀word, 👩‍👩‍👧 joined, flag 🇨🇳", "❤️ variation selector", "plain😀", "😀",
    "quotes “curly” ‘single’ «guillemets» „low“", "dashes - – — ― ‐ minus − and tilde ~ ～",
    "bullets • ‣ ◦ and ellipsis … per mille ‰ section § pilcrow ¶", "inverted ¿qué? ¡sí!",
    "currency $5 €6 £7 ¥8 ₹9 ₿10 ¢", "maths ∑ ∞ ≤ ≥ ≠ ± × ÷ √ π ½ ² ³ ₂ °C µm Å",
    "arrows → ⇒ ↔ and boxes ■ □ ▲", "superscript x² and subscript H₂O", "ligatures ﬁnd ﬂow ﬃ",
    "soft\u00adhyphen zero\u200bwidth joiner\u200dhere bom\ufeff", "no\u00a0break thin\u2009space ideographic\u3000space line\u2028sep",
    "control\x00\x01\x1f\x7f\x80\x85chars and replacement \ufffd mark", "private \ue000 use",
    "combining a\u0300\u0316b \u0301 alone", "عربي مع تشكيل: كِتَابٌ", "עברית עם נִקּוּד", "हिन्दी में एक वाक्य।", "ภาษาไทยไม่มีช่องว่าง",
    "[CLS] is text here, and so are [MASK], [UNK] and [unused1].", "##ing is a piece, not a word",
    "https://example.org/a/b?c=d&e=f#g and name@example.org", "snake_case camelCase kebab-case C++ C# F#",
    "fn main() { println!(\"{}\", 1 + 2); } // code", "1,234,567.89 1e-5 0x1F 2011-07-03T12:34:56Z",
    "x" * 100, "x" * 101, "é" * 100 + " " + "é" * 101, "word " * 40, "a-b" * 60, "!" * 30, "supercalifragilisticexpialidocious" * 2,
    "zzzzqqqqxxxx jjjjkkkk", "Title\n=====\n\n* item one\n* item two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
]


def vector(ids):
    total = (scale[ids].astype("f8")[:, None] * table[ids].astype("f8")).sum(0) if ids else np.zeros(dim)
    length = np.linalg.norm(total)
    return total / length if length > 0 else total


def fnv1a(state, ids):
    for one in ids:
        for byte in struct.pack("<I", one):
            state = ((state ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return state


with open(f"{tests}/reference.jsonl", "w", encoding="utf-8") as out:
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        row = {"text": text, "ids": ids, "vector": [round(float(x), 6) + 0.0 for x in vector(ids)]}
        out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
print(len(TEXTS), "texts")

with open(f"{tests}/unicode_sweep.txt", "w", encoding="ascii") as out:
    for block in range(0, 0x110000, 0x1000):
        codes = [code for code in range(block, block + 0x1000) if not 0xD800 <= code < 0xE000]
        state = 0xCBF29CE484222325
        for found in tokenizer.encode_batch([f"a{chr(code)}b" for code in codes], add_special_tokens=False):
            state = fnv1a(state, found.ids)
        out.write(f"{block:06x} {state:016x}\n")
