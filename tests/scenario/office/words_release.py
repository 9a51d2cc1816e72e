# SPDX-License-Identifier: Apache-2.0
"""Days, the release, what left, and power failures."""
import json
import shutil
import sqlite3

from . import people
from .instance import ANSWER_DAYS
from .language import Wrong, listed, says

SECTION = "Release, and what left"


@says("{n} days pass", "{n} day passes")
def days_pass(office, n):
    office.later += n


@says("the answer day comes")
def answer_day(office):
    received = office.received[office.batch]
    office.later = max(office.later, (received - office.real_today).days
                       + ANSWER_DAYS)


def release_words(office, batch=None):
    return ["release", "--batch", batch or office.batch,
            "--today", office.day]


@says("the release is run")
def release(office):
    office.do(*release_words(office))


@says("the release of batch {n} is run")
def release_of(office, n):
    office.do(*release_words(office, n))


@says("the release is run on the answer day")
def release_on_day(office):
    answer_day(office)
    release(office)


# ---- what left ----

def expect_addresses(office, want):
    got = office.addresses()
    if got != want:
        raise Wrong(f"addresses left: {shown(got)}; wanted: {shown(want)}")


def shown(letters):
    return ", ".join(sorted(letters)) or "none"


@says("{letter}'s address leaves and nobody else's")
def one_leaves(office, letter):
    expect_addresses(office, {letter})


@says("the addresses of {letters} leave and nobody else's")
def these_leave(office, letters):
    expect_addresses(office, set(office.letters(letters, office.sent)))


@says("no address leaves", "no address has left")
def none_leaves(office):
    expect_addresses(office, set())


@says("nothing leaves", "nothing has left")
def nothing(office):
    left = [p.stem for p in office.package_files()]
    if left:
        raise Wrong(f"left: {shown(left)}")


@says("nothing more leaves")
def nothing_more(office):
    """As many packages as the story counted last."""
    now = signature(office)
    if now != office.kept.get("packages"):
        raise Wrong("other packages are there than before")


@says("the packages that left are counted")
def counted(office):
    office.kept["packages"] = signature(office)


def signature(office):
    return sorted((str(p.relative_to(office.dir)), p.read_bytes())
                  for p in office.package_files())


@says("{letters} is answered neutrally", "{letters} are answered neutrally")
def neutral(office, letters):
    packages = office.packages()
    for letter in office.letters(letters, office.sent):
        answer = packages[letter].answer if letter in packages else "nothing"
        if answer != "neutral":
            raise Wrong(f"{letter} is answered by {answer}")


@says("every accepted request is answered by one package, all of one size")
def one_each(office):
    files = office.package_files()
    got = sorted(p.stem for p in files)
    want = sorted(office.accepted())
    if got != want:
        raise Wrong(f"packages: {shown(got)}; accepted: {shown(want)}")
    sizes = {p.stat().st_size for p in files}
    if len(sizes) > 1:
        raise Wrong(f"sizes: {sorted(sizes)}")


@says("{letter} is given {text} for {year}")
def is_given(office, letter, text, year):
    package = office.packages().get(letter)
    if package is None or package.answer != "address":
        raise Wrong(f"no address left for {letter}")
    for given in package.inside["addresses"]:
        if given["tax_year"] == year:
            got = " ".join(x for x in (given["line"], given.get("unit"))
                           if x)
            if got != text:
                raise Wrong(f"it is given {got}")
            return
    raise Wrong(f"nothing is given for {year}")


@says("{letter} is given the years {years}")
def given_years(office, letter, years):
    package = office.packages().get(letter)
    if package is None or package.answer != "address":
        raise Wrong(f"no address left for {letter}")
    got = [g["tax_year"] for g in package.inside["addresses"]]
    if got != years:
        raise Wrong(f"it is given {got}")


MEMBERS = {"format", "sandbox", "origin", "request_id", "issued", "answer",
           "text", "proof", "name", "addresses", "purpose", "expires"}
ADDRESS = {"tax_year", "source", "line", "unit", "city", "state", "zip"}


@says("a package holds name, address, year, source, purpose, expiry and "
      "proof, and nothing else")
def nothing_else(office):
    seen = 0
    for package in office.packages().values():
        inside = package.inside
        more = set(inside) - MEMBERS
        for given in inside.get("addresses", []):
            more |= set(given) - ADDRESS
            seen += 1
        if more:
            raise Wrong(f"{package.request.letter}: {', '.join(more)}")
        tin = package.request.fields["TIN"]
        if tin and tin in json.dumps(inside):
            raise Wrong(f"{package.request.letter}: the TIN is in it")
    if not seen:
        raise Wrong("no address is there to look at")


@says("the package of {letter} opens for officer {officer} and for nobody "
      "else")
def opens_for(office, letter, officer):
    path = office.packages()[letter].path
    for name in people.OFFICERS:
        opened = office.open_package(path, name) is not None
        if opened != (name == officer):
            raise Wrong(f"for {name} it {'opens' if opened else 'does not'}")


@says("officer {officer} opens the package of {letter} with the program")
def officer_opens(office, officer, letter):
    ident = people.OFFICERS[officer][0]
    office.do("package", "open", office.packages()[letter].path, "--key",
              office.dir / f"sandbox/officers/{ident}.key",
              "--vkey", office.dir / "ledger/ledger.vkey")


@says("a byte of the package of {letter} is changed")
def byte_changed(office, letter):
    path = office.packages()[letter].path
    office.kept["changed package"] = path.read_bytes()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= ord(" ") ^ ord("\n")
    path.write_bytes(bytes(data))
    office.kept["changed path"] = path


@says("officer {officer} opens the changed package with the program")
def opens_changed(office, officer):
    ident = people.OFFICERS[officer][0]
    path = office.kept["changed path"]
    try:
        office.do("package", "open", path, "--key",
                  office.dir / f"sandbox/officers/{ident}.key",
                  "--vkey", office.dir / "ledger/ledger.vkey")
    finally:
        path.write_bytes(office.kept["changed package"])


@says("no file of the office but the roll holds {text}")
def nowhere_in_clear(office, text):
    """An address that the requester did not give."""
    for path in office.dir.rglob("*"):
        if path.is_file() and "roll" not in path.relative_to(
                office.dir).parts[:1]:
            if text.encode() in path.read_bytes():
                raise Wrong(f"{path.relative_to(office.dir)} holds it")


@says("nothing stays between sealed and delivered")
def none_sealed(office):
    left = office.package_files("sealed")
    if left:
        raise Wrong(f"sealed: {shown(p.stem for p in left)}")


# ---- power failures ----

@says("the power fails as soon as packages are sealed")
def fails_sealed(office):
    """The release is killed when the first package is in sealed/."""
    sealed = office.dir / "sealed"
    office.killed(release_words(office),
                  lambda: any(sealed.glob("*/*.cms")))


@says("the power fails before any package that is sealed has its entry D")
def fails_before_delivery(office):
    """At the last call that changes a file and before which no package has its
    entry D: found by halves, on one office."""
    before = office.folder / "before"
    kept = office.folder / "kept"
    shutil.copytree(office.dir, before, symlinks=True)
    first, last = 1, office.killed_at(release_words(office), 0)
    while first <= last:
        n = (first + last) // 2
        replace(office.dir, before)
        office.killed_at(release_words(office), n)
        cut = office.folder / "cut"
        replace(cut, office.dir)
        sealed, delivered = seen_anew(office)
        if delivered:
            last = n - 1
        else:
            first = n + 1
            if sealed:
                replace(kept, cut)
    if not kept.exists():
        raise Wrong("the power never failed at that moment")
    replace(office.dir, kept)


def replace(folder, by):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(by, folder, symlinks=True)


def seen_anew(office):
    """How many packages wait in sealed/, and how many entries D there are to
    the next act, which makes what the redo log alone has."""
    sealed = len(office.package_files("sealed"))
    return sealed, office.kinds().get("deliver", 0)


@says("the power fails as soon as the ledger of the submit grows")
def fails_submit(office):
    path, manifest = office.certified()
    wal = sorted((office.dir / "keeper").glob("*"))
    size = sum(p.stat().st_size for p in wal)
    office.killed(
        office.submit_words(path, manifest),
        lambda: sum(p.stat().st_size for p in wal if p.exists()) > size)
    office.kept["cut off"] = (path, manifest)


@says("the power comes back, and the file is submitted again")
def submit_again(office):
    office.took_in(office.do(*office.submit_words(*office.kept["cut off"])))


@says("the power had failed before the package of {letters} was handed over",
      "the power had failed before the packages of {letters} were handed over")
def not_renamed(office, letters):
    """As a kill between entry D and the rename leaves it."""
    for letter in listed(letters):
        batch = str(office.sent[letter].batch)
        (office.dir / "outbox" / batch / f"{letter}.cms").rename(
            office.dir / "sealed" / batch / f"{letter}.cms")


@says("the power had failed before the batch was known to be judged")
def not_judged(office):
    """As a kill between the last line's row and the batch's stage."""
    with sqlite3.connect(office.dir / "store.db") as store:
        store.execute("UPDATE batch SET stage = 1 WHERE n = ?",
                      (office.batch,))


# ---- back-up ----

@says("the store is backed up")
def backed_up(office):
    copy = office.folder / "backup"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in office.dir.glob("store.db*"):
        shutil.copy2(path, copy)


@says("the store of the back-up is put back")
def put_back(office):
    for path in office.dir.glob("store.db*"):
        path.unlink()
    for path in (office.folder / "backup").glob("store.db*"):
        shutil.copy2(path, office.dir)


@says("the store is recovered")
def recovered(office):
    office.do("recover")
