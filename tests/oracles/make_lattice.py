"""Writes lattice.csv and lattice.json: Gi* and Moran's I of a 5 x 5 lattice by PySAL.

pip install libpysal esda; made with libpysal 4.14.1 and esda 2.9.0.
"""

import json
from pathlib import Path

import numpy as np
from esda import G_Local, Moran, Moran_Local
from libpysal.weights import lat2W

SIDE = 5
here = Path(__file__).parent
# Skewed, with repeated values and zeros, as counts are.
x = np.array([0, 0, 1, 0, 2, 0, 7, 9, 1, 0, 1, 12, 40, 3, 0, 0, 5, 2, 0, 0, 1, 0, 0, 0, 4], float)
queen = lambda: lat2W(SIDE, SIDE, rook=False)

g = G_Local(x, queen(), star=True, transform="B", permutations=0)
local = Moran_Local(x, queen(), transformation="r", permutations=0)
whole = Moran(x, queen(), transformation="r", permutations=0)

quadrant = {1: "HH", 2: "LH", 3: "LL", 4: "HL"}
with open(here / "lattice.csv", "w") as out:
    out.write("x,gi_z,moran_i,quadrant\n")
    for row in zip(x, g.Zs, local.Is, local.q):
        out.write(f"{row[0]},{float(row[1])!r},{float(row[2])!r},{quadrant[int(row[3])]}\n")
with open(here / "lattice.json", "w") as out:
    moran = {"i": whole.I, "expected": whole.EI, "variance_normal": whole.VI_norm, "z_normal": whole.z_norm}
    json.dump({"moran": {k: float(v) for k, v in moran.items()}}, out, indent=1)
    out.write("\n")
