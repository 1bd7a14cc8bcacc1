"""traces.py - traces made byte by byte, for what no scenario gives: very long ones, others' actors."""
import hashlib
import struct

MAGIC = b"actflow-trace 1\n"
KINDS = {"run": 1, "sent": 8, "step": 11, "timer": 12, "end": 21}


def varint(number):
    out = b""
    while number > 0x7f:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """A field of trace.proto: a number, or text, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


class Trace:
    """A file of records whose chain and seal are right; write() each, then end()."""

    def __init__(self, path):
        self.file = open(path, "wb")  # pylint: disable=consider-using-with
        self.file.write(MAGIC)
        self.head = hashlib.sha256(MAGIC).digest()
        self.count = 0

    def frame(self, record):
        return struct.pack(">I", len(record)) + record

    def step(self, framed):
        return hashlib.sha256(self.head + framed).digest()

    def write(self, kind, fields):
        """fields: numbers of trace.proto with their values, in ascending order."""
        self.count += 1
        record = field(1, self.count) + field(2, self.count * 1000) + field(3, KINDS[kind])
        framed = self.frame(record + b"".join(field(n, v) for n, v in fields))
        self.head = self.step(framed)
        self.file.write(framed)

    def end(self):
        self.count += 1
        bare = field(1, self.count) + field(2, self.count * 1000) + field(3, KINDS["end"])
        bare += field(14, 2 * (self.count - 1)) + field(15, "quiet")
        seal = self.step(self.frame(bare))
        value = field(1, "head") + field(2, seal)
        self.file.write(self.frame(bare + field(23, value)))
        self.file.close()
