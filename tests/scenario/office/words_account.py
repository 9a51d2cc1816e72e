# SPDX-License-Identifier: Apache-2.0
"""The ledger, reports, and what the public can see."""
import csv
import io
import pathlib
import shutil
import sqlite3
import subprocess

from .language import Wrong, says
from .words_registers import who

SECTION = "Ledger, reports and the public"


@says("the ledger verifies")
def verifies(office):
    office.do("ledger", "verify")


@says("the public keeps the ledger's checkpoint")
def keeps(office):
    path = office.folder / "checkpoint.kept"
    path.write_bytes((office.dir / "ledger/checkpoint").read_bytes())


@says("the ledger extends the checkpoint that the public keeps")
def extends(office):
    office.do("ledger", "verify", "--old",
              office.folder / "checkpoint.kept")


@says("in a copy of the office somebody makes other entries, and the public "
      "keeps that checkpoint")
def forked(office):
    """A ledger with another history: two ends from one beginning."""
    copy = office.folder / "copy"
    shutil.copytree(office.dir, copy, symlinks=True)
    done = subprocess.run(
        [office.weir, "-C", str(copy), "hold", "place", "--ground", "counsel",
         "--docket", "D", "--scope", "all", "--key",
         str(copy / "sandbox/counsel.key")], capture_output=True)
    if done.returncode != 0:
        raise Wrong(done.stderr.decode())
    (office.folder / "checkpoint.kept").write_bytes(
        (copy / "ledger/checkpoint").read_bytes())


@says("a byte of the ledger's entries is changed")
def tampered(office):
    tiles = [p for p in (office.dir / "ledger/tile/entries").rglob("*")
             if p.is_file()]
    if not tiles:
        raise Wrong("the ledger has no entries on disk")
    newest = max(tiles, key=lambda p: p.stat().st_size)
    data = newest.read_bytes()
    office.kept["tile"] = (newest, data)
    # Of the first entry's root: no other byte of it tells.
    newest.write_bytes(data[:70] + bytes([data[70] ^ 1]) + data[71:])


@says("the byte is put right")
def put_right(office):
    path, data = office.kept["tile"]
    path.write_bytes(data)


@says("somebody edits the store: {text}")
def edits_store(office, text):
    """SQL, as whoever owns the disk could."""
    with sqlite3.connect(office.dir / "store.db") as store:
        store.execute(text)


@says("it shows no control character")
def no_control(office):
    """What a terminal would obey."""
    bad = [c for c in office.words if c != "\n" and not c.isprintable()]
    if bad:
        raise Wrong(f"it shows {bad[:5]}")


@says("{letter}'s row in the store is noted")
def row_noted(office, letter):
    with sqlite3.connect(office.dir / "store.db") as store:
        office.kept["state"] = store.execute(
            "SELECT state FROM request WHERE id = ?", (letter,)).fetchone()[0]


@says("somebody puts the row of {letter} back to what was noted")
def row_back(office, letter):
    with sqlite3.connect(office.dir / "store.db") as store:
        store.execute("UPDATE request SET state = ? WHERE id = ?",
                      (office.kept["state"], letter))


@says("{n} more entries of the type {kind:word} are in the ledger than were "
      "counted")
def entries_more(office, n, kind):
    now = office.kinds().get(kind, 0)
    before = office.kept["entries"].get(kind, 0) + (kind == "act")
    if now - before != n:
        raise Wrong(f"{now - before} more")


@says("the ledger's entries are counted")
def entries_counted(office):
    office.kept["entries"] = office.kinds()


@says("the ledger has as many entries of each type for every accepted request")
def same_number(office):
    """Nothing public tells which request found somebody (I9)."""
    kinds = office.kinds()
    accepted = len(office.accepted())
    for kind in ("match", "seal", "deliver"):
        if kinds.get(kind, 0) != accepted:
            raise Wrong(f"{kinds.get(kind, 0)} entries {kind} for "
                        f"{accepted} accepted requests")


@says("{person:who} reads the accounting")
def reads(office, person):
    office.do("report", "accounting", "--key", office.key(who(person)))


@says("the accounting counts {requests:n} requests, {refused:n} refused and "
      "{disclosures:n} disclosures",
      "the accounting counts {requests:n} requests, {refused:n} refused and "
      "{disclosures:n} disclosure")
def accounting(office, requests, refused, disclosures):
    got = office.rows("report", "accounting", "--json")[0]["all"]
    want = {"requests": requests, "refused": refused,
            "disclosures": disclosures}
    for name, value in want.items():
        if got[name] != value:
            raise Wrong(f"{name}: {got[name]}")
    if got["requests"] != got["refused"] + got["withdrawn"] + got["open"] + \
            got["neutral"] + got["delivered"]:
        raise Wrong(f"the counts do not tie: {got}")


@says("the accounting counts {taxpayers:n} taxpayers",
      "the accounting counts {taxpayers:n} taxpayer")
def taxpayers_counted(office, taxpayers):
    got = office.rows("report", "accounting", "--json")[0]["all"]
    if got["taxpayers"] != taxpayers:
        raise Wrong(f"it counts {got['taxpayers']}")


def records(office):
    path = office.folder / "accounting.csv"
    path.unlink(missing_ok=True)
    office.do("report", "accounting", "--csv", path)
    return list(csv.DictReader(io.StringIO(
        pathlib.Path(path).read_text())))


@says("the record of {letter} has its date, officer, purpose and the entries "
      "S and D")
def record_of(office, letter):
    rows = [r for r in records(office) if r["request_id"] == letter]
    kinds = {r["record"] for r in rows}
    if "disclosure" not in kinds or "request" not in kinds:
        raise Wrong(f"records: {sorted(kinds)}")
    for row in rows:
        need = ["date", "officer_name", "purpose", "requester"]
        if row["record"] == "disclosure":
            need += ["disclosed", "entry_s", "entry_d"]
        for name in need:
            if not row[name]:
                raise Wrong(f"{row['record']}: no {name}: {row}")


@says("the record of {letter} says that it was refused with {codes}")
def record_refused(office, letter, codes):
    rows = [r for r in records(office) if r["request_id"] == letter]
    if len(rows) != 1 or rows[0]["outcome"] != "refused" or \
            sorted(rows[0]["codes"].split()) != codes or not rows[0]["date"]:
        raise Wrong(f"records: {rows}")


@says("no record names a taxpayer")
def no_taxpayer(office):
    text = str(records(office))
    for person, rows in office.roll.items():
        for row in rows:
            if row["tin"] and row["tin"] in text or \
                    f"{row['given_name']} {row['surname']}" in text:
                raise Wrong(f"{person} is named")


@says("an outsider proves that the last entry is in the ledger")
def proves(office):
    last = office.entries()[-1]["index"]
    office.do("ledger", "prove", last)
