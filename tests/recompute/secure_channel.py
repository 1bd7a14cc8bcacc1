"""secure_channel.py - computes SECURE-CHANNEL.md, lines 1 to 12, a second time and compares.

Written from the document and not from proto/crypto: hashes, HMAC and HKDF come from Python's own
library, AES-GCM and ECDH from Debian's python3-cryptography, and the curve once more from plain
integers. Takes the program that prints our values (chain.c) as its argument. Exit 0 only when every
value of all three suites is the same; a missing library is a failure, never a skip.
"""

import hashlib
import hmac
import json
import subprocess
import sys

try:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError as error:
    sys.exit(f"secure_channel.py: python3-cryptography is needed and not here: {error}")

# su: curve, hash, bytes of a coordinate, the curve's prime (FIPS 186-4, D.1.2)
SUITES = {
    1: (ec.SECP256R1(), "sha256", 32, 2**256 - 2**224 + 2**192 + 2**96 - 1),
    2: (ec.SECP384R1(), "sha512", 48, 2**384 - 2**128 - 2**96 + 2**32 - 1),
    3: (ec.SECP521R1(), "sha512", 66, 2**521 - 1),
}
GIVEN = ("su", "uid", "app", "typed", "cid", "uem", "salt", "kT", "kid", "tid", "iat", "a", "A",
         "b", "B", "request", "data")


def E(label, *items):
    """4-byte big-endian length, then the bytes, of the label and each item."""
    return b"".join(len(x).to_bytes(4, "big") + x for x in (label.encode(), *items))


def extract(name, salt, secret):
    return hmac.new(salt, secret, name).digest()


def expand(name, prk, info, size):
    out, block, count = b"", b"", 0
    while len(out) < size:
        count += 1
        block = hmac.new(prk, block + info + bytes([count]), name).digest()
        out += block
    return out[:size]


def sha256(data):
    return hashlib.sha256(data).digest()


def field(number, value):
    """A protobuf field of bytes."""
    size, varint = len(value), b""
    while size > 0x7F:
        varint += bytes([size & 0x7F | 0x80])
        size >>= 7
    return bytes([number << 3 | 2]) + varint + bytes([size]) + value


def times(p, scalar, point):
    """scalar times point, both affine, on y^2 = x^3 - 3x + b over the integers modulo p."""
    def add(left, right):
        if left is None or right is None:
            return left or right
        if left[0] == right[0] and (left[1] + right[1]) % p == 0:
            return None
        if left == right:
            slope = (3 * left[0] * left[0] - 3) * pow(2 * left[1], -1, p)
        else:
            slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, p)
        x = (slope * slope - left[0] - right[0]) % p
        return x, (slope * (left[0] - x) - left[1]) % p
    total = None
    while scalar:
        total = add(total, point) if scalar & 1 else total
        point = add(point, point)
        scalar >>= 1
    return total


def agree(su, private, peer):
    """The shared x-coordinate, from the library and from plain integers."""
    curve, _, size, p = SUITES[su]
    key = ec.derive_private_key(int.from_bytes(private, "big"), curve)
    z = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, peer))
    point = int.from_bytes(peer[1:1 + size], "big"), int.from_bytes(peer[1 + size:], "big")
    again = times(p, int.from_bytes(private, "big"), point)[0].to_bytes(size, "big")
    if z != again:
        sys.exit("secure_channel.py: the two ways to Z disagree")
    return z


def recompute(g):
    """Every value of the document from what is given. M1 and M3 keep the type that starts them."""
    su, uid, cid, uem = g["su"], g["uid"], g["cid"], g["uem"]
    _, H, _, _ = SUITES[su]
    h = hashlib.new(H).digest_size
    su_byte = bytes([su])
    out = {}
    # 1
    ak = out["ak"] = g["typed"].lower().replace(b"-", b"")
    # 2
    v = out["v"] = sha256(E("actflow/1 verifier", uid, ak))
    s = out["s"] = sha256(E("actflow/1 stored", v))
    # 4
    iat = g["iat"].to_bytes(8, "big")
    b = E("b", g["kid"], uid, g["app"], cid, uem, s, g["tid"], iat)
    T = out["T"] = b + hmac.new(g["kT"], E("actflow/1 token", b), "sha256").digest()
    # 5
    p0 = out["p0"] = extract(H, g["salt"], E("actflow/1 ak", uid, ak))
    k1 = out["k1"] = expand(H, p0, E("actflow/1 setup key", su_byte), h)
    # 6
    body = out["body"] = field(1, uid) + field(2, g["A"]) + field(3, g["salt"]) + field(4, T)
    tag1 = out["tag1"] = hmac.new(k1, E("actflow/1 setup", b"app>uem", uem, cid, body), H).digest()
    M1 = out["M1"] = g["M1"][:2] + field(1, body) + field(2, tag1)
    # 8
    Z = out["Z"] = agree(su, g["b"], g["A"])
    if Z != agree(su, g["a"], g["B"]):
        sys.exit("secure_channel.py: the two ends disagree on Z")
    p1 = out["p1"] = extract(H, p0, Z)
    th1 = out["th1"] = hashlib.new(H, E("actflow/1 th1", su_byte, uem, cid, M1, g["B"])).digest()
    # 9
    k2 = expand(H, p1, E("actflow/1 response key", th1), h)
    tag2 = out["tag2"] = hmac.new(k2, E("actflow/1 response", b"uem>app", th1), H).digest()
    th2 = out["th2"] = hashlib.new(H, E("actflow/1 th2", th1, tag2)).digest()
    # 10
    ka = out["ka"] = expand(H, p1, E("actflow/1 key", b"app>uem", th2), 32)
    na = out["na"] = expand(H, p1, E("actflow/1 iv", b"app>uem", th2), 12)
    ku = out["ku"] = expand(H, p1, E("actflow/1 key", b"uem>app", th2), 32)
    nu = out["nu"] = expand(H, p1, E("actflow/1 iv", b"uem>app", th2), 12)
    # 11
    sealed = AESGCM(ka).encrypt(na, g["request"], E("actflow/1 request", th2))
    out["sealed"] = sealed
    M3 = out["M3"] = g["M3"][:2] + field(1, sha256(M1)) + field(2, sealed)
    # 12
    out["M4"] = AESGCM(ku).encrypt(nu, g["data"], E("actflow/1 data", th2, sha256(M3)))
    return out


def compare(ours):
    """How many values of one suite differ; each is named."""
    values = {k: bytes.fromhex(x) if isinstance(x, str) else x for k, x in ours.items()}
    theirs = recompute(values)
    unknown = set(values) - set(GIVEN) - set(theirs)
    different = [k for k in theirs if theirs[k] != values.get(k)] + sorted(unknown)
    for name in different:
        print(f"suite {ours['su']}: {name} differs: printed {ours.get(name)}, "
              f"recomputed {theirs.get(name, b'').hex()}")
    print(f"suite {ours['su']}: {len(theirs) - len(different)} of {len(theirs)} values agree")
    return len(different)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: secure_channel.py CHAIN-PROGRAM")
    printed = subprocess.run([sys.argv[1]], check=True, stdout=subprocess.PIPE).stdout
    suites = json.loads(printed)
    if [suite["su"] for suite in suites] != list(SUITES):
        sys.exit("secure_channel.py: not the three suites")
    sys.exit(1 if sum([compare(suite) for suite in suites]) else 0)


main()
