"""An invented survey with INEGI's fields and codes of ENTI, and its weighted shares by pandas.

    python make_enti.py        (pandas 2; writes enti.csv and enti_shares.csv beside itself)

No row is a person's. CTI and C_OCU agree as in the file of 2019: CTI 1 or 3 is the non-permitted occupation, C_OCU 2 (under
the minimum age) or 3 (hazardous). Interviews that were not done have no stratum, as in the file of 2022.
"""

import random
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
draw = random.Random(20190812)
rows = []
for state in (7, 20, 21):
    for cluster in range(8):
        stratum = f"{state * 4 + cluster // 2:03d}"
        for _ in range(30):
            age = draw.choice([*range(5, 18), *range(5, 18), 30, 45])
            done = draw.random() < 0.93
            row = {
                "ENT": f"{state:02d}",
                "R_DEF_CB": "00" if done else "11",
                "UPM_DIS": f"{state:02d}{cluster:05d}" if done else "",
                "EST_D": stratum if done else "",
                "FAC": draw.randint(120, 2400),
                "SEX": draw.choice("12"),
                "EDA": f"{age:02d}",
                "T_LOC": draw.choice("1234"),
                "ASIS": "", "CTI": "", "C_OCU": "", "CQDOM": "",
            }
            if done and age <= 17:
                works = draw.random() < 0.04 + 0.012 * (age - 5) + 0.05 * (state == 7)
                chores = draw.random() < 0.10
                row["CTI"] = {(True, False): "1", (False, True): "2", (True, True): "3", (False, False): "4"}[works, chores]
                # A permitted occupation, from 15, is no child labour.
                row["C_OCU"] = ("2" if age < 15 else "3") if works else ("1" if age >= 15 and draw.random() < 0.1 else "4")
                row["CQDOM"] = draw.choice("23") if chores else draw.choice("14")
                row["ASIS"] = draw.choices("123", weights=(88, 10, 2))[0]
            rows.append(row)
table = pd.DataFrame(rows)
table.to_csv(HERE / "enti.csv", index=False)

child = table[(table.R_DEF_CB == "00") & table.EDA.astype(int).between(5, 17)].copy()
child["work"] = child.CTI.isin(["1", "3"])
assert (child.work == child.C_OCU.isin(["2", "3"])).all()


def shares(key, part):
    labour = part.CTI.isin(["1", "2", "3"])
    mean = lambda yes: (yes * part.FAC).sum() / part.FAC.sum()
    return {"key": key, "share": mean(part.work), "labour": mean(labour), "children": len(part),
            "school_known": int(part.ASIS.isin(["1", "2"]).sum())}


found = [shares("", child)] + [shares(state, part) for state, part in child.groupby("ENT")]
pd.DataFrame(found).to_csv(HERE / "enti_shares.csv", index=False, float_format="%.17g")
