#!/usr/bin/env python3
"""make.py - makes the vectors of this folder, in Wycheproof's JSON form but of numbers of our own.

`make.py` writes them, `make.py --check` says whether those that stand here are what it makes. Curves
are computed in plain integers (curves.py), HMAC and HKDF by Python's library; AES-GCM alone comes
from python3-cryptography. Each file `x-wrong.json` says of every one of its tests what is not so:
who runs it must call each a failure.
"""
import hashlib
import hmac
import json
import os
import sys

sys.dont_write_bytecode = True
from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402
from curves import (CURVES, P256, P384, P521, der, der_number, der_signature,  # noqa: E402
                    explicit, spki)

HERE = os.path.dirname(os.path.abspath(__file__))


def seeded(text, size):
    """Bytes that look like chance and are not."""
    return hashlib.shake_256(text.encode()).digest(size)


def number(text, curve):
    return int.from_bytes(seeded(text, curve.size), "big") % (curve.n - 1) + 1


def test(verdict, comment, flags=(), **fields):
    shown = {k: v.hex() if isinstance(v, bytes) else v for k, v in fields.items()}
    return {"comment": comment, "flags": list(flags), **shown, "result": verdict}


def group(kind, tests, **fields):
    return {"type": kind, **fields, "tests": tests}


def file_of(algorithm, *groups):
    tests = [t for g in groups for t in g["tests"]]
    for at, t in enumerate(tests):
        t["tcId"] = at + 1
    return {"algorithm": algorithm, "numberOfTests": len(tests), "testGroups": list(groups)}


# -- ECDH --

def off_curve(curve, point):
    return point[0], (point[1] + 1) % curve.p


def point_tests(curve):
    own, peer = number("own" + curve.name, curve), curve.public(number("peer" + curve.name, curve))
    shared, raw = curve.shared(own, peer), curve.raw(peer)

    def one(verdict, comment, public, private=curve.field(own), secret=shared, flags=()):
        return test(verdict, comment, flags, public=public, private=private, shared=secret)

    beyond = b"\x04" + curve.field(curve.p + peer[0] if curve.size == 66 else curve.p) + raw[1 + curve.size:]
    return [
        one("valid", "two keys", raw),
        one("valid", "a private key with a leading zero", raw, b"\0" + curve.field(own)),
        one("valid", "the private key 3 in one byte", raw, b"\3", curve.shared(3, peer)),
        one("valid", "the last private key", raw, curve.field(curve.n - 1), curve.field(peer[0])),
        one("acceptable", "compressed", curve.compressed(peer), flags=["CompressedPoint"]),
        one("acceptable", "uncompressed, and said to be a matter of taste", raw),
        one("invalid", "off the curve", curve.raw(off_curve(curve, peer)), secret=b""),
        one("invalid", "infinity", b"\0", secret=b""),
        one("invalid", "nothing", b"", secret=b""),
        one("invalid", "a byte is missing", raw[:-1]),
        one("invalid", "a byte too many", raw + b"\0"),
        one("invalid", "hybrid form", bytes([6 + peer[1] % 2]) + raw[1:]),
        one("invalid", "a coordinate from the prime upwards", beyond, secret=b""),
        one("invalid", "the private key is zero", raw, b"\0", b""),
        one("invalid", "the private key is the order", raw, curve.field(curve.n), b""),
        one("invalid", "the private key is longer than the order", raw, b"\1" + curve.field(own)),
    ]


def spki_tests(curve):
    own, peer = number("own" + curve.name, curve), curve.public(number("peer" + curve.name, curve))
    shared, raw = curve.shared(own, peer), curve.raw(peer)
    good = spki(raw, curve.oid)
    other = P384 if curve is P256 else P256

    def one(verdict, comment, public, secret=shared, flags=()):
        return test(verdict, comment, flags, public=public, private=curve.field(own), shared=secret)

    body = good[2:] if good[1] < 0x80 else good[3:]
    return [
        one("valid", "named curve, uncompressed", good),
        one("acceptable", "compressed", spki(curve.compressed(peer), curve.oid), flags=["CompressedPoint"]),
        one("invalid", "explicit parameters", spki(raw, explicit(curve)), flags=["UnnamedCurve"]),
        one("invalid", "explicit parameters of another order", spki(raw, explicit(curve, curve.n - 2)),
            flags=["UnnamedCurve", "ModifiedGroup"]),
        one("invalid", "explicit parameters of another base point",
            spki(raw, explicit(curve, base=peer)), flags=["UnnamedCurve", "ModifiedGroup"]),
        one("invalid", "no parameters", spki(raw, b"")),
        one("invalid", "parameters are NULL", spki(raw, b"\5\0")),
        one("invalid", "trailing byte", good + b"\0"),
        one("invalid", "a byte is missing", good[:-1]),
        one("invalid", "another algorithm", spki(raw, curve.oid, bytes.fromhex("06052b8104010c"))),
        one("invalid", "a key of another curve", spki(other.raw(other.g), other.oid)),
        one("invalid", "the point under another curve's name", spki(raw, other.oid)),
        one("invalid", "unused bits in the bit string", spki(raw, curve.oid, unused=b"\1")),
        one("invalid", "a length longer than it must be", b"\x30\x82" + len(body).to_bytes(2, "big") + body),
        one("invalid", "off the curve", spki(curve.raw(off_curve(curve, peer)), curve.oid), b""),
        one("invalid", "a raw point", raw),
    ]


def ecdh(kind, tests_of):
    unknown = group(kind, [test("valid", "a curve that is not offered", private="00", public="", shared="")],
                    curve="secp224r1")
    return file_of("ECDH", *(group(kind, tests_of(c), curve=c.name) for c in CURVES), unknown)


def ecdh_wrong(kind, form):
    groups = []
    for curve in CURVES:
        own, peer = number("own", curve), curve.public(number("peer", curve))
        public, shared = form(curve, curve.raw(peer)), curve.shared(own, peer)
        bad = form(curve, curve.raw(off_curve(curve, peer)))
        private = curve.field(own)
        groups.append(group(kind, [
            test("valid", "the secret's last bit is turned", ["Turned"], public=public, private=private,
                 shared=shared[:-1] + bytes([shared[-1] ^ 1])),
            test("valid", "the secret is cut", public=public, private=private, shared=shared[:-1]),
            test("valid", "off the curve", public=bad, private=private, shared=shared),
            test("acceptable", "the secret is not that", public=public, private=private, shared=private),
            test("invalid", "nothing is wrong", public=public, private=private, shared=shared),
            test("invalid", "only the secret is wrong", public=public, private=private, shared=private),
        ], curve=curve.name))
    return file_of("ECDH", *groups)


# -- ECDSA --

def ecdsa_group(kind, curve, sha, tests, key=None):
    public = curve.public(number("signer" + curve.name, curve))
    raw = curve.raw(public)
    return group(kind, tests, sha=sha, publicKeyDer=(key or spki(raw, curve.oid)).hex(),
                 publicKey={"type": "EcPublicKey", "curve": curve.name, "keySize": 8 * curve.size,
                            "uncompressed": raw.hex()})


def signed(curve, sha, message):
    digest = sha.replace("-", "").lower()
    return curve.sign(number("signer" + curve.name, curve), number(sha + message.hex(), curve), digest, message)


def fixed(curve, r, s):
    return curve.field(r) + curve.field(s)


def ecdsa_tests(curve, sha, der_form):
    message = b"signed over " + curve.name.encode()
    r, s = signed(curve, sha, message)
    form = der_signature if der_form else lambda r, s: fixed(curve, r, s)
    empty, long = b"", seeded("long", 300)
    tests = [
        test("valid", "a signature", msg=message, sig=form(r, s)),
        test("valid", "of nothing", msg=empty, sig=form(*signed(curve, sha, empty))),
        test("valid", "of much", msg=long, sig=form(*signed(curve, sha, long))),
        test("valid", "the other s of the two", msg=message, sig=form(r, curve.n - s)),
        test("invalid", "another message", msg=message + b".", sig=form(r, s)),
        test("invalid", "no signature", msg=message, sig=b""),
        test("invalid", "r is zero", ["Zero"], msg=message, sig=form(0, s)),
        test("invalid", "s is zero", ["Zero"], msg=message, sig=form(r, 0)),
        test("invalid", "s is the order", msg=message, sig=form(r, curve.n)),
        test("invalid", "r and s change places", msg=message, sig=form(s, r)),
        test("invalid", "the other form", msg=message, sig=fixed(curve, r, s) if der_form else der_signature(r, s)),
        test("invalid", "trailing byte", msg=message, sig=form(r, s) + b"\0"),
        test("invalid", "the last byte is missing", msg=message, sig=form(r, s)[:-1]),
    ]
    if der_form:
        tests += [
            test("invalid", "r is negative", msg=message, sig=form(r - curve.n, s)),
            test("invalid", "r with a zero too many", ["BER"], msg=message,
                 sig=der(0x30, der(0x02, b"\0" + der_number(r)[2:]), der_number(s))),
            test("invalid", "a length longer than it must be", ["BER"], msg=message,
                 sig=b"\x30\x82" + len(der_number(r) + der_number(s)).to_bytes(2, "big") +
                 der_number(r) + der_number(s)),
            test("invalid", "a thousand bytes", msg=message, sig=form(r, s) + bytes(1000)),
        ]
    return tests


PAIRS = ((P256, "SHA-256"), (P384, "SHA-384"), (P521, "SHA-512"), (P256, "SHA-512"), (P384, "SHA-256"),
         (P521, "SHA-384"))


def ecdsa(kind, der_form):
    one = [test("valid", "of a group that is skipped", msg="", sig="")]
    groups = [ecdsa_group(kind, c, sha, ecdsa_tests(c, sha, der_form)) for c, sha in PAIRS]
    hash_unknown, curve_unknown = (ecdsa_group(kind, P256, "SHA3-256", one), ecdsa_group(kind, P256, "SHA-256", one))
    curve_unknown["publicKey"]["curve"] = "secp256k1"
    return file_of("ECDSA", *groups, hash_unknown, curve_unknown, group("EcdsaOther", one))


def ecdsa_wrong(kind, der_form):
    groups = []
    for curve, sha in PAIRS:
        form = der_signature if der_form else lambda r, s: fixed(curve, r, s)
        r, s = signed(curve, sha, b"m")
        groups.append(ecdsa_group(kind, curve, sha, [
            test("valid", "another message", msg=b"n", sig=form(r, s)),
            test("valid", "r is one more", msg=b"m", sig=form(r + 1, s)),
            test("invalid", "nothing is wrong", msg=b"m", sig=form(r, s)),
        ]))
    r, s = signed(P256, "SHA-256", b"m")
    good = P256.public(number("signer" + P256.name, P256))
    for key in (spki(P256.raw(good), explicit(P256)), spki(P256.compressed(good), P256.oid),
                spki(P256.raw(off_curve(P256, good)), P256.oid), spki(P384.raw(P384.g), P384.oid)):
        sig = der_signature(r, s) if der_form else fixed(P256, r, s)
        groups.append(ecdsa_group(kind, P256, "SHA-256",
                                  [test("valid", "a key that is not taken", msg=b"m", sig=sig)], key))
    return file_of("ECDSA", *groups)


# -- HMAC, HKDF, AES-GCM --

def mac(key, message, name):
    return hmac.new(key, message, name).digest()


def hmac_file(name, wrong=False):
    size = hashlib.new(name).digest_size
    key, message = seeded("key", 32), b"what the tag is over"
    tag = mac(key, message, name)
    turned = bytes([tag[0] ^ 1]) + tag[1:]
    tests = [
        test("valid", "a tag", key=key, msg=message, tag=tag),
        test("valid", "a key longer than a block", key=seeded("long", 200), msg=message,
             tag=mac(seeded("long", 200), message, name)),
        test("valid", "no key, no message", key="", msg="", tag=mac(b"", b"", name)),
        test("acceptable", "right", key=key, msg=message, tag=tag),
        test("acceptable", "turned", key=key, msg=message, tag=turned),
        test("invalid", "the first bit is turned", ["ModifiedTag"], key=key, msg=message, tag=turned),
        test("invalid", "a tag that is cut", key=key, msg=message, tag=tag[:-1]),
        test("invalid", "no tag", key=key, msg=message, tag=""),
    ]
    cut = [test("valid", "a tag of half the size", key=key, msg=message, tag=tag[:size // 2])]
    if wrong:
        tests = [test("valid", "turned \u001b[31m", ["One", "Two"], key=key, msg=message, tag=turned),
                 test("valid", "cut", key=key, msg=message, tag=tag[:-1]),
                 test("invalid", "nothing is wrong", key=key, msg=message, tag=tag)]
    groups = [group("MacTest", tests, keySize=256, tagSize=8 * size)]
    return file_of("HMAC" + name.upper(), *groups, *([] if wrong else [
        group("MacTest", cut, keySize=256, tagSize=4 * size)]))


def derive(name, secret, salt, info, size):
    """RFC 5869, without its limit."""
    prk, out, block = mac(salt or bytes(hashlib.new(name).digest_size), secret, name), b"", b""
    for at in range(-(-size // len(prk))):
        block = mac(prk, block + info + bytes([at % 255 + 1]), name)
        out += block
    return out[:size]


def hkdf_file(name, wrong=False):
    most = 255 * hashlib.new(name).digest_size
    secret, salt, info = seeded("secret", 22), seeded("salt", 13), b"purpose"

    def one(verdict, comment, size, salt=salt, info=info, okm=None, flags=()):
        value = derive(name, secret, salt, info, size) if okm is None else okm
        return test(verdict, comment, flags, ikm=secret, salt=salt, info=info, size=size, okm=value)

    tests = [
        one("valid", "salt and info", 42), one("valid", "neither", 20, b"", b""), one("valid", "one byte", 1),
        *([one("valid", "as much as it gives", most)] if name == "sha256" else []),
        one("invalid", "a byte more than it gives", most + 1, okm=b"", flags=["SizeTooLarge"]),
        one("invalid", "nothing", 0),
    ]
    if wrong:
        okm = derive(name, secret, salt, info, 300)
        tests = [one("valid", "turned far behind", 300, okm=okm[:250] + bytes([okm[250] ^ 1]) + okm[251:]),
                 one("valid", "cut", 42, okm=okm[:41]), one("valid", "too much", most + 1),
                 one("acceptable", "not that", 42, okm=bytes(42)),
                 one("invalid", "nothing is wrong", 42), one("invalid", "only the output is", 42, okm=bytes(42))]
    return file_of("HKDF-" + name.upper().replace("SHA", "SHA-"), group("HkdfTest", tests, keySize=176))


def gcm_tests(size, wrong=False):
    key, iv, aad, message = seeded("key", size), seeded("iv", 12), b"beside", b"inside, more than one block"

    def one(verdict, comment, message=message, aad=aad, turn="", flags=()):
        sealed = AESGCM(key).encrypt(iv, message, aad or None)
        fields = {"key": key, "iv": iv, "aad": aad, "msg": message, "ct": sealed[:-16], "tag": sealed[-16:]}
        if turn:
            fields[turn] = bytes([fields[turn][0] ^ 0x80]) + fields[turn][1:]
        return test(verdict, comment, flags, **fields)

    if wrong:
        tests = [one("valid", f"{turn} is turned", turn=turn) for turn in ("key", "iv", "aad", "msg", "ct", "tag")]
        cut = one("valid", "the tag is cut")
        cut["tag"] = cut["tag"][:-2]
        return tests + [cut, one("invalid", "nothing is wrong"), one("acceptable", "another plaintext", turn="msg")]
    tests = [one("valid", "a message"), one("valid", "no message", b""), one("valid", "nothing beside it", aad=b""),
             one("valid", "nothing at all", b"", b""), one("acceptable", "turned", turn="tag")]
    tests += [one("invalid", f"{turn} is turned", turn=turn, flags=["Modified"])
              for turn in ("key", "iv", "aad", "ct", "tag")]
    cut = one("invalid", "the tag is cut")
    cut["tag"] = cut["tag"][:-2]
    return tests + [cut]


def gcm_file():
    def sized(key, iv, tag):
        return group("AeadTest", gcm_tests(key // 8), keySize=key, ivSize=iv, tagSize=tag)
    return file_of("AES-GCM", sized(256, 96, 128), sized(128, 96, 128), sized(256, 64, 128), sized(256, 96, 96))


def gcm_wrong():
    return file_of("AES-GCM", group("AeadTest", gcm_tests(32, True), keySize=256, ivSize=96, tagSize=128))


def files():
    point, key = "EcdhEcpointTest", "EcdhTest"
    return {
        "ecdh-point": ecdh(point, point_tests),
        "ecdh-point-wrong": ecdh_wrong(point, lambda _, raw: raw),
        "ecdh-spki": ecdh(key, spki_tests),
        "ecdh-spki-wrong": ecdh_wrong(key, lambda curve, raw: spki(raw, curve.oid)),
        "ecdsa-der": ecdsa("EcdsaVerify", True),
        "ecdsa-der-wrong": ecdsa_wrong("EcdsaVerify", True),
        "ecdsa-p1363": ecdsa("EcdsaP1363Verify", False),
        "ecdsa-p1363-wrong": ecdsa_wrong("EcdsaP1363Verify", False),
        "hmac-sha256": hmac_file("sha256"), "hmac-sha384": hmac_file("sha384"),
        "hmac-sha512": hmac_file("sha512"), "hmac-sha1": hmac_file("sha1"),
        "hmac-sha256-wrong": hmac_file("sha256", True),
        "hkdf-sha256": hkdf_file("sha256"), "hkdf-sha384": hkdf_file("sha384"),
        "hkdf-sha512": hkdf_file("sha512"), "hkdf-sha256-wrong": hkdf_file("sha256", True),
        "aes-gcm": gcm_file(), "aes-gcm-wrong": gcm_wrong(),
    }


def main(arguments):
    bad = 0
    for name, content in files().items():
        path = os.path.join(HERE, name + ".json")
        text = json.dumps(content, indent=1) + "\n"
        if arguments != ["--check"]:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            continue
        with open(path, encoding="utf-8") as file:
            if file.read() != text:
                print(f"{name}.json is not what make.py makes")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
