# SPDX-License-Identifier: Apache-2.0
"""The ledger's key, and the next one."""
from .instance import run
from .language import Refused, Wrong, says
from .words_registers import who

SECTION = "The ledger's key"


def vkey(office):
    return (office.dir / "ledger/ledger.vkey").read_text().strip()


@says("the public keeps the ledger's key")
def keeps_key(office):
    (office.folder / "kept.vkey").write_text(vkey(office) + "\n")


@says("{person:who} asks that the ledger's key be changed",
      "{person:who} grants that the ledger's key be changed")
def change(office, person):
    office.do("ledger", "key", "rotate", "--key", office.key(who(person)))


@says("{person:who} asks that the ledger's key be changed, which was stolen "
      "after {n} entries",
      "{person:who} grants that the ledger's key be changed, which was stolen "
      "after {n} entries")
def stolen(office, person, n):
    office.do("ledger", "key", "rotate", "--compromised-after", n, "--key",
              office.key(who(person)))


@says("somebody puts another key where the next one is")
def puts_other(office):
    place = office.dir / "keeper/next"
    name = (office.dir / "ledger/checkpoint").read_text().splitlines()[0]
    place.unlink()
    run(office.weir, "ledger", "key", "make", place, "--name", name)


@says("the ledger has another key than the public keeps")
def has_other(office):
    if (office.folder / "kept.vkey").read_text().strip() == vkey(office):
        raise Wrong("the key is as it was")


@says("whoever has the key that the public keeps believes the ledger")
def believed(office):
    """By both verifiers."""
    ledger, key = office.dir / "ledger", office.folder / "kept.vkey"
    run(office.weir, "ledger", "verify", "--dir", ledger, "--vkey", key)
    run(office.weir + "-verify", ledger, "--vkey", key)


@says("who says that another key of his is the ledger's is not believed")
def not_believed(office):
    """He has the folder, and puts his own key into it."""
    ledger = office.dir / "ledger"
    mine = office.folder / "mine"
    name = (ledger / "checkpoint").read_text().splitlines()[0]
    made = run(office.weir, "ledger", "key", "make", mine, "--name", name)
    key = made.splitlines()[0].split()[1]
    was = (ledger / "ledger.vkey").read_text()
    (ledger / "ledger.vkey").write_text(key + "\n")
    try:
        run(office.weir, "ledger", "verify", "--dir", ledger, "--vkey",
            office.folder / "kept.vkey")
    except Refused:
        return
    finally:
        (ledger / "ledger.vkey").write_text(was)
    raise Wrong("any key is believed")
