"""curves.py - the three curves in plain integers: ECDH and ECDSA computed without OpenSSL.

Slow, not in constant time, and only for numbers that are printed anyway.
"""
import hashlib


class Curve:
    """y^2 = x^3 - 3x + b over the prime; b follows from the base point. Source: SP 800-186 3.2.1."""

    def __init__(self, name, oid, prime, order, base):
        self.name, self.oid, self.p, self.n = name, bytes.fromhex(oid), prime, order
        self.size = (prime.bit_length() + 7) // 8
        self.g = tuple(int(part, 16) for part in base)
        self.b = (self.g[1] ** 2 - self.g[0] ** 3 + 3 * self.g[0]) % prime

    def add(self, one, two):
        if one is None or two is None:
            return one or two
        if one[0] == two[0]:
            if (one[1] + two[1]) % self.p == 0:
                return None
            slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, self.p)
        else:
            slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, self.p)
        x = (slope ** 2 - one[0] - two[0]) % self.p
        return x, (slope * (one[0] - x) - one[1]) % self.p

    def times(self, number, point):
        total = None
        for bit in bin(number)[2:]:
            total = self.add(total, total)
            if bit == "1":
                total = self.add(total, point)
        return total

    def public(self, private):
        return self.times(private, self.g)

    def field(self, number):
        return number.to_bytes(self.size, "big")

    def raw(self, point):
        return b"\x04" + self.field(point[0]) + self.field(point[1])

    def compressed(self, point):
        return bytes([2 + point[1] % 2]) + self.field(point[0])

    def shared(self, private, peer):
        return self.field(self.times(private, peer)[0])

    def sign(self, private, nonce, digest, message):
        """r and s with a nonce that is given: never do this with a key that matters."""
        number = int.from_bytes(hashlib.new(digest, message).digest(), "big")
        number >>= max(0, 8 * hashlib.new(digest).digest_size - self.n.bit_length())
        r = self.times(nonce, self.g)[0] % self.n
        return r, pow(nonce, -1, self.n) * (number + r * private) % self.n


P256 = Curve(
    "secp256r1", "06082a8648ce3d030107", 2**256 - 2**224 + 2**192 + 2**96 - 1,
    0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
    ("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
     "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"))
P384 = Curve(
    "secp384r1", "06052b81040022", 2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973,
    ("aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
     "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"))
P521 = Curve(
    "secp521r1", "06052b81040023", 2**521 - 1,
    int("01" + "f" * 64 + "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409", 16),
    ("00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d"
     "3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
     "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e"
     "662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650"))
CURVES = (P256, P384, P521)
assert all(c.times(c.n, c.g) is None for c in CURVES)


# -- DER --

def der(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + body


def der_number(number):
    """Two's complement, as short as it goes."""
    size = (number if number >= 0 else -number - 1).bit_length() // 8 + 1
    return der(0x02, number.to_bytes(size, "big", signed=True))


def der_signature(r, s):
    return der(0x30, der_number(r), der_number(s))


EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")


def spki(point, parameters, algorithm=EC_PUBLIC_KEY, unused=b"\0"):
    """point and parameters as bytes: RFC 5480 2."""
    return der(0x30, der(0x30, algorithm, parameters), der(0x03, unused, point))


def explicit(curve, order=None, base=None):
    """The curve's parameters spelled out: SEC 1 C.2, with another order or base point at will."""
    return der(0x30, der_number(1),
               der(0x30, bytes.fromhex("06072a8648ce3d0101"), der_number(curve.p)),
               der(0x30, der(0x04, curve.field(curve.p - 3)), der(0x04, curve.field(curve.b))),
               der(0x04, curve.raw(base or curve.g)), der_number(order or curve.n), der_number(1))
