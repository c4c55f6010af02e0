#!/usr/bin/env python3
"""Writes tests/reference.jsonl: vectors of all-MiniLM-L6-v2 by a forward pass in numpy, in f64.

usage: reference.py MODEL_DIR        needs: pip install numpy safetensors tokenizers

One text at a time, so there is neither padding nor a mask; mean over the tokens, length 1,
texts cut at 256 tokens. An empty text is left out: it has no vector but zero.
"""
import json
import math
import os
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

source = sys.argv[1]
with open(f"{source}/config.json", encoding="utf-8") as file:
    config = json.load(file)
weights = {name: value.astype("f8") for name, value in load_file(f"{source}/model.safetensors").items() if value.dtype.kind == "f"}
tokenizer = Tokenizer.from_file(f"{source}/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(256)
tokenizer.encode_special_tokens = True

TEXTS = [
    "a",
    "Hello, world!",
    "The quick brown fox jumps over the lazy dog.",
    "Which court held that silence about a defect is a misrepresentation?",
    "The fund's net asset value fell by 3.75% in the third quarter of 2011.",
    "aspirin 75 mg b.i.d. for secondary prevention after myocardial infarction",
    "Cataract patients are a group of visually impaired people.",
    "état, naïve café, Zürich, Ångström, São Paulo, Škoda, Łódź",
    "İstanbul'da ıssız bir sokak; ΑΒΓ αβγ; Съешь же ещё булок",
    "知识图谱把文档、事实和规则连接起来。",
    "他在2011年加入了北京国安足球俱乐部。",
    "English 和中文 mixed 在一起 without spaces:知识graph",
    "東京都の人口は約1400万人です。", "한국어 문장은 음절 블록으로 쓴다.",
    "emoji 😀 alone, attached😀word, flag 🇨🇳",
    "quotes “curly” and dashes – — and maths ∑ ≤ ½ x²",
    "[CLS] is text here, and so are [MASK] and [SEP].",
    "fn main() { println!(\"{}\", 1 + 2); } // code",
    "zzzzqqqqxxxx " + "x" * 101,
    "Marlowe Estates v. Harbour Authority is a decision on the duty of a lessor to disclose known defects. "
    "The claimant, a fund registered in Zürich, had leased three warehouses for a term of twelve years.",
    "A sentence that is said again and again until the reader has had enough of it. " * 12,
    "A text that is longer than the model can see. " * 60 + "This end is never read.",
]


def linear(x, name):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def norm(x, name):
    centred = x - x.mean(-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
    return centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


gelu = np.vectorize(lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))


def heads(x):
    return x.reshape(len(x), config["num_attention_heads"], -1).transpose(1, 0, 2)


def vector(text):
    ids = tokenizer.encode(text).ids
    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for n in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{n}"
        query, key, value = (heads(linear(x, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value"))
        seen = softmax(query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])) @ value
        seen = seen.transpose(1, 0, 2).reshape(x.shape)
        x = norm(linear(seen, f"{layer}.attention.output.dense") + x, f"{layer}.attention.output.LayerNorm")
        inner = gelu(linear(x, f"{layer}.intermediate.dense"))
        x = norm(linear(inner, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    mean = x.mean(0)
    return len(ids), mean / np.linalg.norm(mean)


here = os.path.dirname(os.path.abspath(__file__))
with open(f"{here}/../tests/reference.jsonl", "w", encoding="utf-8") as out:
    for text in TEXTS:
        tokens, found = vector(text)
        row = {"text": text, "tokens": tokens, "vector": [round(float(x), 6) + 0.0 for x in found]}
        out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
print(len(TEXTS), "texts")
