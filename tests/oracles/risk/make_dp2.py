#!/usr/bin/env python3
"""Pena's distance DP2 a second time, with numpy and least squares in place of a Cholesky factor.

  make_dp2.py                       writes dp2.csv and dp2.json: an invented table of 60 zones
  make_dp2.py INDICATORS OUT.json   the nine components of CONAPO 2020 in municipal_indicators_2020.csv

Answers depend on numpy 2 alone. tests/lib/risk/dp2.rs reads them.
"""
import csv
import json
import sys

import numpy as np

NINE = ["analf_pct", "sin_basica_pct", "sin_drenaje_pct", "sin_electr_pct", "sin_agua_pct", "piso_tierra_pct",
        "hacinam_pct", "loc_peq_pct", "ing_2sm_pct"]


def r2(y, before):
    """Share of the variance of y that a regression on the columns before it explains."""
    if not before:
        return 0.0
    design = np.column_stack([np.ones(len(y)), *before])
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1.0 - np.sum((y - fitted) ** 2) / np.sum((y - y.mean()) ** 2)


def dp2(x):
    """x: rows by columns, high is bad. CONAPO multiplies by -1 and takes the least value as x*."""
    x = -np.asarray(x, float)
    worst, sd = x.min(axis=0), x.std(axis=0)
    correction = np.ones(x.shape[1])
    order = None
    for rounds in range(1, 51):
        index = (np.abs(x - worst) / sd * correction).sum(axis=1)
        near = [abs(np.corrcoef(x[:, k], index)[0, 1]) for k in range(x.shape[1])]
        now = sorted(range(x.shape[1]), key=lambda k: -near[k])
        correction = np.empty(x.shape[1])
        for at, k in enumerate(now):
            correction[k] = 1.0 - r2(x[:, k], [x[:, j] for j in now[:at]])
        if now == order:
            break
        order = now
    distance = (np.abs(x - worst) / sd * correction).sum(axis=1)
    return distance, order, correction, rounds


def ranks(values):
    """Mean ranks."""
    order = np.argsort(values, kind="stable")
    out = np.empty(len(values))
    out[order] = np.arange(1, len(values) + 1)
    for value in np.unique(values):
        out[values == value] = out[values == value].mean()
    return out


def spearman(a, b):
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def main():
    if len(sys.argv) == 3:
        with open(sys.argv[1], encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        x = np.array([[float(row[field]) for field in NINE] for row in rows])
        distance, order, correction, rounds = dp2(x)
        worst_best = (np.full(9, 100.0), np.zeros(9))
        weights = correction / x.std(axis=0)
        score = (x * weights).sum(axis=1) / (weights * (worst_best[0] - worst_best[1])).sum()
        poor = np.array([float(row["lp_ingreso_pct"] or "nan") if row["lp_ingreso_pct"] != "NA" else np.nan for row in rows])
        there = ~np.isnan(poor)
        answer = {
            "columns": NINE, "order": [int(k) for k in order], "correction": correction.tolist(), "rounds": rounds,
            "distance": dict(zip((row["cvegeo"] for row in rows), distance.tolist())),
            "score_sum": float(score.sum()),
            "spearman_income_poverty": spearman(score[there], poor[there]),
            "most": [rows[k]["cvegeo"] for k in np.argsort(distance)[:10]],
        }
        with open(sys.argv[2], "w") as file:
            json.dump(answer, file)
        return
    random = np.random.default_rng(87)
    base = random.normal(size=(60, 1))
    x = 50 + 12 * (base * [0.9, 0.7, 0.4, 0.0, -0.5] + random.normal(size=(60, 5)))
    x = np.round(x, 3)
    with open("dp2.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["zone", "a", "b", "c", "d", "e"])
        out.writerows([f"{k:02}", *row] for k, row in enumerate(x.tolist()))
    distance, order, correction, rounds = dp2(x)
    with open("dp2.json", "w") as file:
        json.dump({"order": [int(k) for k in order], "correction": correction.tolist(), "rounds": rounds,
                   "distance": distance.tolist()}, file, indent=1)
        file.write("\n")


main()
