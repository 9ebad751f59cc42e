"""Geodesic distances on WGS84 to 40 digits, by Bessel's integrals (Karney 2013, equations 7 to 9) and mpmath.

The coordinates are the doubles that the tests read; their distances are those of the doubles, exactly.
Writes geodesics.csv: python3 make_geodesics.py
"""

import math
import random
from pathlib import Path

import mpmath as mp

mp.mp.dps = 45
A, F = mp.mpf(6378137), 1 / mp.mpf("298.257223563")


def reduced(lat):
    s, c = (1 - F) * mp.sin(mp.radians(lat)), mp.cos(mp.radians(lat))
    h = mp.hypot(s, c)
    return s / h, c / h


def metres(lon1, lat1, lon2, lat2):
    """Not for nearly antipodal positions."""
    (s1, c1), (s2, c2) = reduced(mp.mpf(lat1)), reduced(mp.mpf(lat2))
    apart = mp.mpf(lon2) - mp.mpf(lon1)
    apart = mp.radians(abs(apart - 360 * mp.nint(apart / 360)))
    second = F * (2 - F) / (1 - F) ** 2

    def solve(omega):
        so, co = c2 * mp.sin(omega), c1 * s2 - s1 * c2 * mp.cos(omega)
        sine = mp.hypot(so, co)
        sigma = mp.atan2(sine, s1 * s2 + c1 * c2 * mp.cos(omega))
        node = so / sine * c1
        k2 = second * (1 - node**2)
        from_ = mp.atan2(s1, co / sine * c1)
        ends = [from_, from_ + sigma]
        root = lambda x: mp.sqrt(1 + k2 * mp.sin(x) ** 2)
        turn = mp.quad(lambda x: (2 - F) / (1 + (1 - F) * root(x)), ends, method="gauss-legendre")
        return ends, root, omega - F * node * turn

    one, two = apart, apart * (1 + F)
    ends, root, found = solve(one)
    off = found - apart
    for _ in range(40):
        if apart == 0:
            break
        ends, root, found = solve(two)
        if abs(found - apart) < mp.mpf(10) ** -42 * apart or found - apart == off:
            break
        one, two, off = two, two - (found - apart) * (two - one) / ((found - apart) - off), found - apart
    return A * (1 - F) * mp.quad(root, ends, method="gauss-legendre")


def pairs():
    dice = random.Random(20130101)
    for km in [1e-6, 1e-4, 0.01, 0.1, 1, 5, 20, 50, 90, 99, 110, 150, 300, 700, 1500, 3000, 5000]:
        for i in range(40):
            lat = dice.uniform(-89, 89) if i % 4 else dice.choice([0, 1e-9, 14.5, 32, 45, 60, 80, 89])
            lon = dice.uniform(-179, 179) if i % 5 else dice.choice([-99.0, -180.0, 179.99])
            azimuth = dice.uniform(0, 2 * math.pi) if i % 3 else dice.choice([0, 0.5, 1, 1.5]) * math.pi
            lat2 = lat + km / 111.2 * math.cos(azimuth)
            lon2 = lon + km / 111.2 * math.sin(azimuth) / math.cos(math.radians(0.5 * (lat + lat2)))
            if abs(lat2) <= 90 and abs(lon2 - lon) <= 120 and (lon, lat) != (lon2, lat2):
                yield lon, lat, lon2 if abs(lon2) <= 180 else lon2 - math.copysign(360, lon2), lat2


if __name__ == "__main__":
    with open(Path(__file__).parent / "geodesics.csv", "w") as out:
        out.write("lon1,lat1,lon2,lat2,metres\n")
        for pair in pairs():
            out.write(",".join(map(repr, pair)) + f",{mp.nstr(metres(*pair), 22)}\n")
