#!/usr/bin/env python3
"""Step 1: one vector a WordPiece, into OUT_DIR/raw_f32.npy.

usage: distill.py MODEL.onnx OUT_DIR        needs: pip install onnxruntime numpy

Every one of the 30522 pieces goes through all-MiniLM-L6-v2 as [CLS] piece [SEP] and is mean-pooled.
No text corpus is used.
"""
import sys

import numpy as np
import onnxruntime as ort

PIECES, WIDTH, CLS, SEP = 30522, 384, 101, 102

options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])

vectors = np.zeros((PIECES, WIDTH), "f4")
for start in range(0, PIECES, 512):
    piece = np.arange(start, min(start + 512, PIECES))
    ids = np.stack([np.full_like(piece, CLS), piece, np.full_like(piece, SEP)], 1).astype("i8")
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    vectors[piece] = session.run(None, inputs)[0].mean(1)
np.save(f"{sys.argv[2]}/raw_f32.npy", vectors)
