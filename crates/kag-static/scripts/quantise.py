#!/usr/bin/env python3
"""Step 2: raw_f32.npy (pieces x 384) -> PCA(dim) -> SIF weight -> int8; writes OUT_DIR/static-minilm-DIM.bin.

usage: quantise.py MODEL_DIR OUT_DIR [DIM ...]      needs: pip install numpy; MODEL_DIR holds vocab.txt

File layout and use: see README.md beside this script. The SIF weight is inside the scale; rows of
[PAD], [CLS], [SEP], [MASK], [UNK] and [unusedN] have scale 0.
"""
import os
import struct
import sys

import numpy as np

source, out = sys.argv[1], sys.argv[2]
dims = [int(dim) for dim in sys.argv[3:]] or [128]

with open(f"{source}/vocab.txt", encoding="utf-8") as file:
    pieces = [line.rstrip("\n") for line in file]
vectors = np.load(f"{out}/raw_f32.npy").astype("f8")
kept = np.array([not (p.startswith("[") and p.endswith("]") and len(p) > 2) for p in pieces])


def sif_weights(a):
    """The vocabulary is in order of frequency from id 1996 on; Zipf's law gives the probabilities.

    Single characters and punctuation come before, in no such order: they get the weight of rank 50.
    """
    rank = np.arange(len(pieces)) + 1.0 - 1995
    rank[:1996] = 50.0
    probability = 1 / rank
    probability /= probability[kept].sum()
    return a / (a + probability)


def reduced(dim, a=3e-5):
    centred = vectors[kept] - vectors[kept].mean(0)
    _, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    rows = (vectors - vectors[kept].mean(0)) @ axes[:, ::-1][:, :dim]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    rows *= sif_weights(a)[:, None]
    rows[~kept] = 0
    return rows


def quantised(rows):
    scale = np.abs(rows).max(1) / 127
    table = np.zeros(rows.shape, "i1")
    used = scale > 0
    table[used] = np.round(rows[used] / scale[used, None]).astype("i1")
    return scale.astype("<f4"), table


for dim in dims:
    scale, table = quantised(reduced(dim))
    with open(f"{out}/static-minilm-{dim}.bin", "wb") as file:
        file.write(b"KSE1" + struct.pack("<II", *table.shape) + scale.tobytes() + table.tobytes())
    print(dim, os.path.getsize(f"{out}/static-minilm-{dim}.bin"))
