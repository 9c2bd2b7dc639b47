"""Checkpoints of the trail: one a day, and every attack on trail, tail and checkpoints is found and named."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as some
from pydantic import SecretStr
from sqlalchemy import Engine, text

from models.core.session import note, now
from services import checkpoints
from services.evidence.verify_trail import Tree
from services.jobs.passes import tick
from services.sealing.seal import Unsealed
from services.settings import Settings
from tests.conftest import Clock
from tests.office import Office
from tests.witnessed import KEPT, checks, cut, entries, names, rehash, rewrite, verdict

# Making them -------------------------------------------------------------------------------

if TYPE_CHECKING:
    from tests.time_authority import Times

pytest_plugins = ("tests.time_authority",)


def test_the_clock_keeps_one_checkpoint_a_day_outside_of_the_database(
    office: Office, engine: Engine, witnessed: Path, clock: Clock
) -> None:
    assert names(witnessed) == [f"checkpoint-{number:08}.json" for number in range(1, KEPT + 1)]
    for _minute in range(3):
        tick(clock.go_on(minutes=1), only="checkpoint")
    assert len(names(witnessed)) == KEPT + 1, "a day has one"
    found = verdict(engine)
    assert found.whole and found.checkpoints == KEPT + 1, str(found.wrong)
    witness = checkpoints.latest()
    assert witness is not None and witness.day == clock().date()
    newest = json.loads(json.loads((witnessed / names(witnessed)[-1]).read_bytes())["statement"])
    assert (witness.entries, witness.root) == (newest["size"], newest["root"][:16].upper())
    assert not (witnessed / names(witnessed)[-1]).stat().st_mode & 0o377, "nobody but its owner reads it, and nobody writes it"


def test_a_checkpoint_is_a_trees_root_over_the_hashes_as_rfc_6962_says(engine: Engine, witnessed: Path) -> None:
    newest = checkpoints.Checkpoint((witnessed / names(witnessed)[-1]).read_bytes())
    leaves = [bytes(each.hash) for each in entries(engine)][: newest.size]

    def root(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return part[0]
        half = 1 << (len(part) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + root(part[:half]) + root(part[half:])).digest()

    assert newest.root == root(leaves)
    first = entries(engine)[0]
    leaf = bytes(first.prev) + first.seq.to_bytes(8, "big") + hashlib.sha256(bytes(first.payload)).digest()
    assert leaves[0] == hashlib.sha256(b"\x00" + leaf).digest()


@given(some.integers(0, 40), some.integers(0, 40))
def test_a_tree_that_is_grown_on_is_the_tree_that_grew_at_once(before: int, more: int) -> None:
    whole = Tree()
    for place in range(before + more):
        if place == before:
            part = Tree(whole.size, whole.peaks)
        whole.add(hashlib.sha256(b"%d" % place).digest())
    if more:
        for place in range(before, before + more):
            part.add(hashlib.sha256(b"%d" % place).digest())
        assert part.root() == whole.root()


def test_nothing_new_makes_no_new_checkpoint_and_a_second_one_goes_on_from_the_first(office: Office, witnessed: Path) -> None:
    with office.acting_as("console") as session:
        session.connection()
        one = checkpoints.make(session, now())
        session.rollback()
    with office.acting_as("console") as session:
        assert checkpoints.make(session, now()).digest == one.digest
        note(session, "exported", details={"rows": 1})
    with office.acting_as("console") as session:
        other = checkpoints.make(session, now())
    assert (other.number, other.before) == (one.number + 1, one.digest) and other.size > one.size


def test_a_trail_that_does_not_go_on_from_its_checkpoint_gets_no_other(office: Office, engine: Engine, witnessed: Path) -> None:
    cut(engine, 2)
    with office.acting_as("console") as session, pytest.raises(Unsealed, match="audit verify"):
        checkpoints.make(session, now())
    assert len(names(witnessed)) == KEPT
    assert "audit verify" in tick(now(), only="checkpoint")[0].error.say("en")


def test_a_disk_that_takes_no_file_is_told_and_leaves_nothing_half_kept(
    office: Office, witnessed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    with office.acting_as("console") as session:
        note(session, "exported", details={"rows": 1})
    monkeypatch.setattr("services.checkpoints.os.fsync", full)
    with office.acting_as("console") as session, pytest.raises(Unsealed, match="No space left"):
        checkpoints.make(session, now())
    assert len(names(witnessed)) == KEPT


# Attacks -----------------------------------------------------------------------------------


def test_an_untouched_trail_agrees_with_every_checkpoint(engine: Engine, witnessed: Path) -> None:
    found = verdict(engine)
    assert found.whole and found.checkpoints == KEPT


def test_a_tail_that_was_cut_off_together_with_its_row_is_found(engine: Engine, witnessed: Path) -> None:
    sizes = [each.size for each in checks(witnessed)]
    cut(engine, sizes[-1] - 1)
    found = verdict(engine)
    assert not found.whole and found.seq == sizes[-1] and str(sizes[-1]) in str(found.wrong)


def test_a_trail_that_was_computed_anew_from_one_entry_on_is_found(engine: Engine, witnessed: Path) -> None:
    sizes = [each.size for each in checks(witnessed)]

    def change(row: dict[str, Any]) -> None:
        if row["seq"] == sizes[1]:
            row["payload"] = bytes(row["payload"]).replace(b'"v":1', b'"v": 1')

    rehash(engine, change)
    found = verdict(engine)
    assert not found.whole
    assert found.seq == sizes[0] + 1, "the part between the last checkpoint that agrees and the first that does not"


def test_a_row_of_the_tail_that_was_rewritten_is_found(engine: Engine, witnessed: Path) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_tail SET seq = seq - 1"))
    assert not verdict(engine).whole


def altered(path: Path) -> None:
    """One figure of a checkpoint is another, and its tree fits it no more."""
    rewrite(path, path.read_bytes().replace(b"size", b"Size"))


def resized(path: Path) -> None:
    """A checkpoint that is one in itself, of a shorter trail, under the old signature."""
    envelope = json.loads(path.read_bytes())
    said = json.loads(envelope["statement"])
    tree = Tree()
    tree.add(b"x" * 32)
    said |= {"size": 1, "peaks": [tree.peaks[0].hex()], "root": tree.root().hex(), "last": (b"x" * 32).hex()}
    envelope["statement"] = json.dumps(said, sort_keys=True, separators=(",", ":"))
    rewrite(path, json.dumps(envelope).encode())


@pytest.mark.one_database
@pytest.mark.parametrize("number", range(1, KEPT + 1))
@pytest.mark.parametrize("attack", [altered, resized, Path.unlink], ids=["altered", "rewritten", "removed"])
def test_a_checkpoint_that_was_altered_or_removed_is_named(
    engine: Engine, witnessed: Path, number: int, attack: Callable[[Path], None]
) -> None:
    attack(witnessed / f"checkpoint-{number:08}.json")
    found = verdict(engine)
    assert not found.whole and found.seq is None
    assert str(number) in str(found.wrong), str(found.wrong)


def test_all_checkpoints_removed_are_missed_since_the_trail_tells_of_them(engine: Engine, witnessed: Path) -> None:
    shutil.rmtree(witnessed)
    assert not verdict(engine).whole


@pytest.mark.one_database
def test_a_checkpoint_of_another_house_is_refused(
    office: Office, engine: Engine, witnessed: Path, stranger: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = checks(witnessed)[-1]
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(office.app.config, "SETTINGS", stranger)
        statement = json.loads(last.envelope["statement"])
        foreign = checkpoints.sealed({**statement, "before": last.before}, now())
    rewrite(witnessed / names(witnessed)[-1], foreign)
    found = verdict(engine)
    assert not found.whole and "另一家" in str(found.wrong)


# The time of an authority ------------------------------------------------------------------


@pytest.mark.one_database
def test_a_checkpoint_gets_the_time_of_an_authority_though_it_was_down_at_first(
    office: Office, engine: Engine, witnessed: Path, time_authority: Times, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    settings, trusted = office.app.config["SETTINGS"], tmp_path / "authority.pem"
    trusted.write_bytes(time_authority.root.public_bytes(Encoding.PEM))
    monkeypatch.setattr(settings, "tsa", SecretStr(time_authority.address))
    monkeypatch.setattr(settings, "tsa_certificates", trusted)
    monkeypatch.setattr(time_authority, "mood", "refusing")
    (ran,) = tick(now(), only="checkpoint")
    assert ran.error and len(checks(witnessed)) == KEPT + 1, "the checkpoint is kept, and that it has no time is told"
    assert verdict(engine).whole and not list(witnessed.glob("*.tst"))
    monkeypatch.setattr(time_authority, "mood", "honest")
    for _minute in range(2):
        assert not tick(clock.go_on(minutes=1), only="checkpoint")[0].error
    (token,) = witnessed.glob("*.tst")
    assert token.stem == sorted(witnessed.glob("*.json"))[-1].stem
    program = shutil.which("openssl")
    if program is not None:
        words = [program, "ts", "-verify", "-token_in", "-in", str(token), "-data", str(token.with_suffix(".json"))]
        checked = subprocess.run([*words, "-CAfile", str(trusted)], capture_output=True, text=True, check=False)
        assert "Verification: OK" in checked.stdout, checked.stdout + checked.stderr
