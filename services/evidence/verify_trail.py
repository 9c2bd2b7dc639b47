"""Check an exported audit trail against its checkpoints: python3 verify_trail.py FILE [--root root.pem] [--lang zh|en]

FILE is an export of the trail or an evidence pack, as it was given out (.zip). Python 3.9 or later is enough; nothing
else is needed and no network is asked. The exit status is 0 when everything holds and 1 when not; the first bad entry
is named.

What is checked: each entry is chained to the one before it (SHA-256); the tree over all entries (RFC 6962) has the root
that each checkpoint names; the checkpoints follow one another without a gap; the newest is signed (SHA-256 with ECDSA
P-256 or RSA) under a certificate of root.pem; the files of a pack are those of its signed index.
What is not: the token of a time-stamp authority beside a checkpoint, which `openssl ts -verify -token_in` checks; and
whether the certificates are those of the house you know: compare their fingerprints with those you were given on another
way, or name that file with --root.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

GENESIS = bytes(32)
TRAIL, ROOT, INDEX, INDEX_SEAL = "trail.txt", "root.pem", "index.json", "index.seal.json"
CLOSED = b"sha256:"  # what stands for the content of an entry that is not shown


class Bad(Exception):
    """Something that does not hold, in Chinese and English; `seq` is the first bad entry, where it is one."""

    def __init__(self, zh: str, en: str, seq: int | None = None) -> None:
        super().__init__(en)
        self.said = {"zh": zh, "en": en}
        self.seq = seq


class Tree:
    """The Merkle tree over the hashes of entries, as it grows: of each full part only the root is kept."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)
        if len(self.peaks) != bin(size).count("1"):
            raise ValueError("peaks")

    def add(self, leaf: bytes) -> None:
        """One more entry; its hash is that of a leaf already, since it begins with a zero byte."""
        peaks, rest = self.peaks, self.size
        while rest & 1:
            leaf = hashlib.sha256(b"\x01" + peaks.pop() + leaf).digest()
            rest >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all entries so far."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = hashlib.sha256(b"\x01" + peak + found).digest()
        return found


def elements(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The elements of DER one after another: tag, content, and the whole."""
    at = 0
    while at < len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length & 0x80:
            start, length = start + (length & 0x7F), int.from_bytes(data[start : start + (length & 0x7F)], "big")
        if start + length > len(data):
            raise ValueError("DER")
        yield tag, data[start : start + length], data[at : start + length]
        at = start + length


def inside(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """What is in the first element of `data`."""
    return list(elements(next(elements(data))[1]))


SHA256_WITH = ("2a8648ce3d040302", "2a864886f70d01010b")  # ECDSA, RSA
EC, P256, RSA = "2a8648ce3d0201", "2a8648ce3d030107", "2a864886f70d010101"
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    1,
)


def plus(one: tuple[int, int, int], two: tuple[int, int, int]) -> tuple[int, int, int]:
    """The sum of two points of the curve P-256 in Jacobian coordinates; z = 0 is the point at infinity."""
    (x1, y1, z1), (x2, y2, z2) = one, two
    if not z1 or not z2:
        return two if not z1 else one
    u1, u2 = x1 * z2 * z2 % P, x2 * z1 * z1 % P
    s1, s2 = y1 * z2 * z2 * z2 % P, y2 * z1 * z1 * z1 % P
    if u1 == u2:
        if s1 != s2:
            return 0, 1, 0
        slope, square = 3 * (x1 - z1 * z1) * (x1 + z1 * z1) % P, y1 * y1 % P
        t = 4 * x1 * square % P
        x3 = (slope * slope - 2 * t) % P
        return x3, (slope * (t - x3) - 8 * square * square) % P, 2 * y1 * z1 % P
    h, r = (u2 - u1) % P, (s2 - s1) % P
    v, cube = u1 * h * h % P, h * h * h % P
    x3 = (r * r - cube - 2 * v) % P
    return x3, (r * (v - x3) - s1 * cube) % P, h * z1 * z2 % P


def times(factor: int, point: tuple[int, int, int]) -> tuple[int, int, int]:
    """A multiple of a point."""
    found: tuple[int, int, int] = (0, 1, 0)
    for bit in bin(factor)[2:]:
        found = plus(found, found)
        if bit == "1":
            found = plus(found, point)
    return found


def ecdsa(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` over `data` is that of the uncompressed point `public` of P-256, with SHA-256."""
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    r, s = (int.from_bytes(each[1], "big", signed=True) for each in inside(signature))
    if len(public) != 65 or public[0] != 4 or x >= P or (y * y - x * x * x + 3 * x - B) % P or not (0 < r < N and 0 < s < N):
        return False
    w = pow(s, -1, N)
    e = int.from_bytes(hashlib.sha256(data).digest(), "big")
    found = plus(times(e * w % N, G), times(r * w % N, (x, y, 1)))
    return bool(found[2]) and (found[0] * pow(found[2] * found[2], -1, P)) % P % N == r


def rsa(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` over `data` is that of the RSA key `public`: PKCS#1 v1.5 with SHA-256."""
    n, e = (int.from_bytes(each[1], "big") for each in inside(public))
    size = (n.bit_length() + 7) // 8
    told = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told
    return len(signature) == size and pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big") == padded


class Certificate:
    """What is needed of an X.509 certificate: who issued it, its key and its days (YYYYMMDD…Z, as they stand in it)."""

    def __init__(self, der: bytes) -> None:
        (_tag, _body, self.signed), (_t, algorithm, _w), (_b, bits, _r) = inside(der)
        self.algorithm, self.signature = next(elements(algorithm))[1].hex(), bits[1:]
        parts = [each for each in inside(self.signed) if each[0] != 0xA0]
        _serial, _algorithm, issuer, validity, subject, key = parts[:6]
        self.issuer, self.subject = issuer[2], subject[2]
        self.since, self.until = (_day(tag, content) for tag, content, _whole in elements(validity[1]))
        (_t, kind, _w), (_b, bits, _r) = list(elements(key[1]))
        named = [each[1].hex() for each in elements(kind)]
        self.kind, self.curve, self.key = named[0], named[-1], bits[1:]
        self.fingerprint = hashlib.sha256(der).hexdigest()

    def signed_it(self, data: bytes, signature: bytes) -> bool:
        """Whether `signature` over `data` is that of its key. Raises `Bad` for a kind of key that is not known here."""
        if self.kind == EC and self.curve == P256:
            return ecdsa(self.key, data, signature)
        if self.kind == RSA:
            return rsa(self.key, data, signature)
        raise Bad("本程序不能核对这种密钥的签章", "this program cannot check the seal of this kind of key")

    def vouches_for(self, other: Certificate) -> bool:
        """Whether it issued another certificate."""
        return other.issuer == self.subject and other.algorithm in SHA256_WITH and self.signed_it(other.signed, other.signature)


def _day(tag: int, content: bytes) -> str:
    text = content.decode("ascii")
    return text if tag == 0x18 else ("20" if text[:2] < "50" else "19") + text


def from_pem(text: str) -> list[bytes]:
    """The certificates of a PEM text as DER, in their order."""
    parts = text.split("-----BEGIN CERTIFICATE-----")[1:]
    return [base64.b64decode("".join(part.partition("-----END")[0].split())) for part in parts]


def check_seal(envelope: dict[str, Any], trusted: Iterable[str]) -> None:
    """Check who sealed the statement of an envelope, and when. Raises `Bad`.

    `trusted` are the fingerprints of the certificates to be believed, and so is what they vouch for.
    """
    try:
        chain = [Certificate(der) for der in from_pem("".join(envelope["chain"]))]
        statement, signature = envelope["statement"].encode(), base64.b64decode(envelope["signature"])
        moment = "".join(sign for sign in json.loads(statement)["at"][:19] if sign.isdigit()) + "Z"
        good = bool(chain) and chain[0].signed_it(statement, signature)
        place = 0
        while good and chain[place].fingerprint not in trusted:
            place += 1
            if place == len(chain):
                raise Bad("签章属于另一家单位", "the seal is that of another house")
            good = chain[place].vouches_for(chain[place - 1])
    except (KeyError, ValueError, TypeError, IndexError, StopIteration) as trouble:
        raise Bad("签章不符", "the seal does not fit") from trouble
    if not good:
        raise Bad("签章不符", "the seal does not fit")
    if not chain[0].since <= moment <= chain[0].until:
        raise Bad("签章时证书不在有效期内", "the certificate was not valid when it sealed")


class Checkpoint:
    """One checkpoint as it stands in its file. `ValueError` for what is none."""

    def __init__(self, content: bytes) -> None:
        self.digest = hashlib.sha256(content).hexdigest()
        try:
            self.envelope = json.loads(content)
            said = json.loads(self.envelope["statement"])
            self.number, self.size, self.at, self.before = int(said["number"]), int(said["size"]), str(said["at"]), str(said["before"])
            self.last, self.root = bytes.fromhex(said["last"]), bytes.fromhex(said["root"])
            self.peaks = [bytes.fromhex(each) for each in said["peaks"]]
            if said["format"] != "taizhang-checkpoint" or said["v"] != 1 or Tree(self.size, self.peaks).root() != self.root:
                raise ValueError("checkpoint")
        except (KeyError, TypeError) as trouble:
            raise ValueError("checkpoint") from trouble


def check_checkpoints(files: Iterable[tuple[str, bytes]], trusted: Iterable[str]) -> list[Checkpoint]:
    """The checkpoints of the files, by number: whole, following one another, and the newest signed. Raises `Bad`.

    Each names the digest of the one before it, so that the signature of the newest stands for all of them.
    """
    found: list[Checkpoint] = []
    for name, content in files:
        try:
            found.append(Checkpoint(content))
        except ValueError as trouble:
            raise Bad(f"检查点文件 {name} 已被改动或损坏", f"the checkpoint {name} was altered or damaged") from trouble
    found.sort(key=lambda each: each.number)
    for place, each in enumerate(found):
        if each.number != place + 1:
            raise Bad(f"缺少检查点 {place + 1}", f"checkpoint {place + 1} is missing")
        one = found[place - 1] if place else each
        if each.size < one.size or (place and each.before != one.digest):
            wrong = place + (each.size < one.size)
            raise Bad(f"检查点 {wrong} 已被改动", f"checkpoint {wrong} was altered")
    if found:
        try:
            check_seal(found[-1].envelope, trusted)
        except Bad as bad:
            raise Bad(f"检查点 {found[-1].number}：{bad.said['zh']}", f"checkpoint {found[-1].number}: {bad.said['en']}") from bad
    return found


class Against:
    """Holds a trail, as it is gone through, against the checkpoints that fall into it."""

    def __init__(self, tree: Tree, checkpoints: Sequence[Checkpoint]) -> None:
        self.tree, self.good = tree, tree.size
        self.coming = [each for each in checkpoints if each.size >= tree.size]
        self.next_size = self.coming[0].size if self.coming else -1
        if self.next_size == tree.size:
            self.meet(GENESIS if not tree.size else self.coming[0].last)

    def add(self, entry: bytes) -> None:
        """The hash of the next entry. Raises `Bad` where a checkpoint knew another trail."""
        self.tree.add(entry)
        if self.tree.size == self.next_size:
            self.meet(entry)

    def meet(self, last: bytes) -> None:
        """Compare with the checkpoints of just this size."""
        while self.coming and self.coming[0].size == self.tree.size:
            met = self.coming.pop(0)
            if met.root != self.tree.root() or met.last != last:
                first, end = self.good + 1, met.size
                zh = f"留痕被重算：与检查点 {met.number}（{met.at[:10]}）不同，差异在第 {first} 至 {end} 条之间"
                en = f"it was rehashed: checkpoint {met.number} ({met.at[:10]}) saw another trail, differing in entries {first} to {end}"
                raise Bad(zh, en, first)
            self.good = met.size
        self.next_size = self.coming[0].size if self.coming else -1

    def end(self) -> None:
        """The trail ends here. Raises `Bad` where a checkpoint knew more entries."""
        if self.coming:
            met = self.coming[-1]
            zh = f"留痕尾部被截去：检查点 {met.number}（{met.at[:10]}）时有 {met.size} 条，现在只到第 {self.tree.size} 条"
            en = f"the tail was cut off: checkpoint {met.number} ({met.at[:10]}) knew {met.size} entries, {self.tree.size} are there"
            raise Bad(zh, en, self.tree.size + 1)


def check_trail(file: BinaryIO, checkpoints: Sequence[Checkpoint]) -> tuple[int, int, int]:
    """Go through an exported trail: the numbers of its first and last entry, and how many show no content. Raises `Bad`."""
    try:
        head = json.loads(file.readline())
        first, prev = int(head["first"]), bytes.fromhex(head["prev"])
        against = Against(Tree(first - 1, [bytes.fromhex(each) for each in head["peaks"]]), checkpoints)
    except (ValueError, KeyError, TypeError) as trouble:
        raise Bad("留痕文件的首行已被改动", "the first line of the trail was altered") from trouble
    if first > 1 and not any(each.size >= first - 1 for each in checkpoints):
        raise Bad("没有检查点为这段留痕的起点作证", "no checkpoint vouches for where this part of the trail begins")
    seq, hidden, sha256 = first - 1, 0, hashlib.sha256
    for line in file:
        seq += 1
        parts = line.rstrip(b"\n").split(b" ", 2)
        if len(parts) != 3 or parts[0] != b"%d" % seq:
            raise Bad(f"缺少第 {seq} 条，或其编号已被改动", f"entry {seq} is missing, or its number was altered", seq)
        content = parts[2]
        if content.startswith(CLOSED) and len(content) == 71:
            digest, hidden = bytes.fromhex(content[7:].decode("ascii")), hidden + 1
        else:
            digest = sha256(content).digest()
        prev = sha256(b"\x00" + prev + seq.to_bytes(8, "big") + digest).digest()
        if prev.hex().encode() != parts[1]:
            raise Bad(f"第 {seq} 条已被改动，或其前有增删", f"entry {seq} was altered, or something before it put in or removed", seq)
        against.add(prev)
    against.end()
    if against.good < seq:
        zh, en = f"第 {against.good + 1} 条起没有检查点作证", f"no checkpoint vouches for entry {against.good + 1} and later"
        raise Bad(zh, en, against.good + 1)
    return first, seq, hidden


def check_index(pack: zipfile.ZipFile, trusted: Iterable[str]) -> int | None:
    """How many files the signed index of a pack names, each as it names it; nothing without an index. Raises `Bad`."""
    names = {each for each in pack.namelist() if not each.endswith("/")}
    if INDEX not in names:
        return None
    envelope = json.loads(pack.read(INDEX_SEAL)) if INDEX_SEAL in names else {}
    try:
        check_seal(envelope, trusted)
    except Bad as bad:
        raise Bad(f"目录：{bad.said['zh']}", f"the index: {bad.said['en']}") from bad
    content = pack.read(INDEX)
    if json.loads(envelope["statement"])["sha256"] != hashlib.sha256(content).hexdigest():
        raise Bad("目录已被改动", "the index was altered")
    listed = {each["name"]: each["sha256"] for each in json.loads(content)["files"]}
    for name in sorted((names - {INDEX, INDEX_SEAL}) ^ set(listed)):
        raise Bad(f"文件 {name} 缺失或不在目录中", f"the file {name} is missing, or not in the index")
    for name in sorted(listed):
        digest = hashlib.sha256()
        with pack.open(name) as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
        if digest.hexdigest() != listed[name]:
            raise Bad(f"文件 {name} 已被改动", f"the file {name} was altered")
    return len(listed)


def check(path: Path, root: Path | None, say: Callable[[str, str], None]) -> None:
    """Check everything there is, and say what was found. Raises `Bad`."""
    with zipfile.ZipFile(path) as pack:
        told = root.read_text("ascii") if root else pack.read(ROOT).decode("ascii")
        trusted = [Certificate(each).fingerprint for each in from_pem(told)]
        for each in trusted:
            say(f"根证书 SHA-256 {each}", f"certificate of the house, SHA-256 {each}")
        if root is None:
            say("请与另行取得的指纹核对，或用 --root 指定", "compare it with a fingerprint you were given elsewhere, or name --root")
        files = check_index(pack, trusted)
        if files is not None:
            say(f"目录与 {files} 份文件一致", f"the index and its {files} files agree")
        names = {each.rpartition("/")[2]: each for each in sorted(pack.namelist())}
        mine = [(name, pack.read(each)) for name, each in names.items() if name[:11] == "checkpoint-" and name[-5:] == ".json"]
        checkpoints = check_checkpoints(mine, trusted)
        if not checkpoints or TRAIL not in names:
            raise Bad("没有检查点或留痕文件", "there is no checkpoint, or no trail")
        say(f"{len(checkpoints)} 个检查点前后相续，签章有效", f"{len(checkpoints)} checkpoints follow one another, and are signed")
        raw: Any = pack.open(names[TRAIL])
        with io.BufferedReader(raw, 1 << 20) as file:
            first, last, hidden = check_trail(file, checkpoints)
    say(f"留痕第 {first} 至 {last} 条完整，与检查点相符", f"entries {first} to {last} are whole and agree with the checkpoints")
    if hidden:
        say(f"其中 {hidden} 条不属本卷，只列摘要", f"{hidden} of them are none of this pack's and show their digest alone")


def main() -> int:
    """Check the file that the command line names."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("file", type=Path)
    reader.add_argument("--root", type=Path, help="the root certificate of the house, got on another way")
    reader.add_argument("--lang", choices=("zh", "en"), default="zh" if os.environ.get("LANG", "").startswith("zh") else "en")
    asked = reader.parse_args()
    at = 0 if asked.lang == "zh" else 1
    try:
        check(asked.file, asked.root, lambda *said: print(said[at]))
    except Bad as bad:
        print(("不符：", "Broken: ")[at] + bad.said[asked.lang], file=sys.stderr)
        return 1
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as trouble:
        print(("无法读取：", "Cannot be read: ")[at] + str(trouble), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
