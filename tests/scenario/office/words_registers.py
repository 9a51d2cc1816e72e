# SPDX-License-Identifier: Apache-2.0
"""Registers, the agreement, the roll."""
import json

from . import people
from .instance import openssl, run
from .language import Refused, Wrong, says
from .words_requests import row_of

SECTION = "Registers, agreement and roll"
AGREEMENT = "AG-IRS-ICE-2025"
RECIPIENT = "us.dhs.ice"


def who(words):
    """`the first reviewer` as the name of a key."""
    words = words.removeprefix("the ").removeprefix("a ")
    for n, nth in enumerate(("first", "second", "third"), 1):
        words = words.replace(f"{nth} reviewer", f"reviewer-{n}")
    return words.replace(" ", "-")


# ---- people of the custodian ----

@says("{person:who} is given the role of {role:word}")
def given_role(office, person, role):
    name = who(person)
    if not (office.dir / "sandbox" / f"{name}.key").exists():
        office.new_person(name)
    office.do("register", "role", "add", "--role", role,
              "--name", name, "--cert", office.dir / f"sandbox/{name}.crt")


@says("the role of {person:who} ends")
def role_ends(office, person):
    cert = office.key(who(person)).with_suffix(".crt")
    office.do("register", "role", "revoke", cert, "reviewer")


@says("{person:who} is no {role:word} any more")
def is_no_more(office, person, role):
    cert = office.key(who(person)).with_suffix(".crt")
    office.do("register", "role", "revoke", cert, role)


def registered_name(office, person):
    """As the register of roles has it, by the certificate."""
    cert = office.key(who(person)).with_suffix(".crt")
    told = openssl("x509", "-in", str(cert), "-noout", "-fingerprint",
                   "-sha256").stdout.decode()
    print_ = told.split("=")[1].replace(":", "").strip().lower()
    for row in office.rows("register", "role", "list", "--json"):
        if row["fingerprint"] == print_:
            return row["name"]
    raise Wrong(f"{person} has no role")


@says("{person:who} is given the role of {role:word} under another "
      "certificate")
def another_certificate(office, person, role):
    """The same name, another key: `the first reviewer again`."""
    name = registered_name(office, person)
    key = f"{who(person)}-again"
    office.new_person(key, name)
    office.do("register", "role", "add", "--role", role, "--name", name,
              "--cert", office.dir / f"sandbox/{key}.crt")


@says("{person:who} names a reviewer")
def names_reviewer(office, person):
    office.new_person("newcomer")
    office.do("register", "role", "add", "--role", "reviewer",
              "--name", "newcomer", "--cert",
              office.dir / "sandbox/newcomer.crt",
              "--key", office.key(who(person)))


@says("{person:who} changes the safeguards")
def changes_safeguards(office, person):
    safeguards(office, "in-order", "--key", office.key(who(person)))


# ---- people of the requester ----

@says("the registration of officer {officer} is revoked")
def officer_revoked(office, officer):
    office.do("register", "officer", "revoke", people.OFFICERS[officer][0])


@says("officer {officer} is registered again")
def officer_again(office, officer):
    ident, name, role, unit = people.OFFICERS[officer]
    office.do("register", "officer", "add", "--id", ident, "--name", name,
              "--role", role, "--unit", unit, "--recipient", RECIPIENT,
              "--cert", office.dir / f"sandbox/officers/{ident}.crt")


@says("officer {officer} moves to the unit {text}")
def officer_moves(office, officer, text):
    ident, name, role, _ = people.OFFICERS[officer]
    office.do("register", "officer", "add", "--replace", "--id", ident,
              "--name", name, "--role", role, "--unit", text,
              "--recipient", RECIPIENT,
              "--cert", office.dir / f"sandbox/officers/{ident}.crt")


@says("officer {officer} is registered for the case {text} alone")
def officer_matters(office, officer, text):
    ident, name, role, unit = people.OFFICERS[officer]
    office.do("register", "officer", "add", "--replace", "--id", ident,
              "--name", name, "--role", role, "--unit", unit,
              "--recipient", RECIPIENT, "--matters", text,
              "--cert", office.dir / f"sandbox/officers/{ident}.crt")


@says("the certifier's registration is revoked")
def certifier_revoked(office):
    office.do("register", "certifier", "revoke", "ICE-DIR")


@says("the certifier is registered again")
def certifier_again(office):
    office.do("register", "certifier", "add", "--id", "ICE-DIR",
              "--name", "ACTING DIRECTOR", "--role", "head of agency",
              "--cert", office.dir / "sandbox/certifier.crt",
              "--from", office.real_today, "--agreement", AGREEMENT)


@says("a deputy is registered as certifier until yesterday")
def deputy(office):
    from datetime import timedelta
    office.new_person("deputy", "DEPUTY DIRECTOR")
    office.do("register", "certifier", "add", "--id", "ICE-DEP",
              "--name", "DEPUTY DIRECTOR", "--role", "delegate",
              "--cert", office.dir / "sandbox/deputy.crt",
              "--delegation", "ab" * 32,
              "--from", office.real_today - timedelta(days=60),
              "--until", office.real_today - timedelta(days=1),
              "--agreement", AGREEMENT)


@says("the manifest names the deputy as certifier")
def deputy_named(office):
    office.manifest_changes["weir:certifier"] = {
        "weir:officerID": "ICE-DEP",
        "nc:PersonFullName": "DEPUTY DIRECTOR",
        "weir:roleText": "delegate"}


# ---- the recipient ----

@says("a safeguards finding is opened against the requester")
def finding(office):
    safeguards(office, "open-finding")


@says("the safeguards finding is closed")
def finding_closed(office):
    safeguards(office, "in-order")


def safeguards(office, word, *more):
    office.do("register", "recipient", "add", "--replace",
              "--id", RECIPIENT, "--name", "Immigration enforcement",
              "--safeguards", word, *more)


@says("the requester's safeguard review was due {n} days ago")
def review_due(office, n):
    from datetime import timedelta
    safeguards(office, "in-order", "--review",
               office.real_today - timedelta(days=n))


@says("the requester's corrective plan was due {n} days ago")
def plan_due(office, n):
    from datetime import timedelta
    safeguards(office, "in-order", "--plan",
               office.real_today - timedelta(days=n))


# ---- the agreement ----

@says("counsel terminates the agreement")
def terminated(office):
    office.do("agreement", "terminate", AGREEMENT, "--key",
              office.key("counsel"))


@says("{person:who} suspends the agreement")
def suspends(office, person):
    office.do("agreement", "suspend", AGREEMENT, "--key",
              office.key(who(person)))


def shipped(name):
    return people.STORIES.parents[2] / "agreements" / name


def prove(office, path, prover="prover"):
    """The receipt of an agreement; of one that is not proved too."""
    try:
        run(office.weir, "agreement", "prove", path, "--receipt",
            office.folder / "receipt", "--key", office.key(prover))
    except Refused:
        pass  # that is what the receipt says
    return office.folder / "receipt"


def load_agreement(office, path, *more):
    office.do("agreement", "load", path, "--key", office.key("counsel"),
              *more)


@says("counsel loads the agreement again")
def loaded_again(office):
    path = shipped("irs-ice-2025.md")
    load_agreement(office, path, "--receipt", prove(office, path))


def written(office, old, new, at=None):
    text = (at or shipped("irs-ice-2025.md")).read_text()
    if text.count(old) != 1:
        raise Wrong(f"the agreement has {text.count(old)} times: {old}")
    path = office.folder / "agreement.md"
    path.write_text(text.replace(old, new))
    return path


@says("counsel loads the agreement with {old:text} written as {new:text}")
def loaded_changed(office, old, new):
    path = written(office, old, new)
    load_agreement(office, path, "--receipt", prove(office, path))


@says("counsel loads the agreement with {old:text} written as {new:text}, "
      "proved by {person:who}")
def loaded_proved_by(office, old, new, person):
    path = written(office, old, new)
    load_agreement(office, path, "--receipt", prove(office, path, who(person)))


@says("counsel loads the agreement with {old:text} written as {new:text}, "
      "proved before that word was changed")
def loaded_changed_later(office, old, new):
    path = shipped("irs-ice-2025.md")
    receipt = prove(office, path)
    load_agreement(office, written(office, old, new), "--receipt", receipt)


@says("{person:who} proves the agreement in use, and loads it with that "
      "receipt")
def proves_in_use(office, person):
    receipt = office.folder / "receipt"
    office.do("agreement", "prove", "--receipt", receipt,
              "--key", office.key(who(person)))
    office.do("agreement", "load", "--receipt", receipt,
              "--key", office.key(who(person)))


# ---- an agreement that two agencies must sign ----

SIGNERS = {"signatory": "signatory", "prover": "prover", "counsel": "counsel"}


class There:
    """A custodian's instance beside the office: no sandbox."""

    def __init__(self, office):
        self.office = office
        self.dir = office.folder / "custodian"
        self.agreement = office.folder / "agreement.md"
        self.people = office.folder / "people"
        self.people.mkdir()
        run(office.weir, "init", self.dir)
        for name in ("administrator", *SIGNERS, "director", "stranger"):
            self.person(name)
        self.do("administrator", "register", "role", "add", "--role",
                "administrator", "--name", "administrator", "--cert",
                self.key("administrator").with_suffix(".crt"))
        for name, role in SIGNERS.items():
            self.do("administrator", "register", "role", "add", "--role",
                    role, "--name", name, "--cert",
                    self.key(name).with_suffix(".crt"))
        self.do("administrator", "register", "certifier", "add", "--id",
                "DIR", "--name", "director", "--role", "head of agency",
                "--cert", self.key("director").with_suffix(".crt"),
                "--from", office.real_today, "--agreement", AGREEMENT)
        self.agreement.write_bytes(shipped("irs-ice-2025.md").read_bytes())
        self.prove()

    def person(self, name):
        done = openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "3000",
            "-subj", f"/CN={name}", "-keyout", str(self.key(name)),
            "-out", str(self.key(name).with_suffix(".crt")))
        if done.returncode != 0:
            raise Wrong(done.stderr.decode())

    def key(self, name):
        return self.people / f"{name}.key"

    def do(self, name, *words):
        return run(self.office.weir, "-C", self.dir, *words,
                   "--key", self.key(name))

    def prove(self):
        run(self.office.weir, "agreement", "prove", self.agreement,
            "--receipt", f"{self.agreement}.receipt",
            "--key", self.key("prover"))


@says("a custodian's office outside a sandbox, with an agreement that is "
      "proved")
def custodian(office):
    office.kept["there"] = There(office)


@says("there the {name:word} signs it for the {party:word}")
def there_signs(office, name, party):
    there = office.kept["there"]
    run(office.weir, "agreement", "sign", there.agreement, "--as", party,
        "--key", there.key(name))


@says("there a byte of it is changed, and it is proved again")
def there_changed(office):
    there = office.kept["there"]
    there.agreement.write_bytes(there.agreement.read_bytes() + b"\n")
    there.prove()


@says("there counsel loads it")
def there_loads(office):
    there = office.kept["there"]
    there.do("counsel", "agreement", "load", there.agreement)


@says("there the agreement is signed by the {custodian:word} and by the "
      "{requester:word}")
def there_signed(office, custodian, requester):
    told = json.loads(run(office.weir, "-C", office.kept["there"].dir,
                          "agreement", "status", "--json"))
    if (told["custodian"], told["requester"]) != (custodian, requester) \
            or not told["proved"] or told["status"] != "loaded":
        raise Wrong(f"it stands so: {told}")


# ---- screens ----

@says("a screen is entered for {person}, ground {ground:word}")
def screen(office, person, ground):
    office.do("register", "screen", "add", "--person", person,
              "--ground", ground)


@says("the screen for {person} is taken off, ground {ground:word}")
def screen_off(office, person, ground):
    office.do("register", "screen", "revoke", person, ground)


@says("counsel loads the list of {source:word} of {n} days ago with "
      "{persons:persons}, ground {ground:word}")
def screens_loaded(office, source, n, persons, ground):
    from datetime import timedelta
    path = office.folder / "screens.csv"
    path.write_text("person,ground\n" + "".join(
        f"{person},{ground}\n" for person in persons))
    office.do("screen", "load", path, "--source", source, "--rows",
              len(persons), "--as-of", office.day - timedelta(days=n),
              "--key", office.key("counsel"))


@says("{who_does:who} determines {person}, ground {ground:word}: "
      "{finding:word}")
def determined(office, who_does, person, ground, finding):
    office.do("screen", "determine", "--person", person, "--ground", ground,
              "--finding", finding, "--key", office.key(who(who_does)))


@says("it is explained to {reader:who} what became of {letter}")
def explained(office, reader, letter):
    office.do("explain", letter, "--key", office.key(who(reader)))


@says("{reader:who} lists the screens")
def lists_screens(office, reader):
    office.do("register", "screen", "list", "--key",
              office.key(who(reader)))


# ---- the roll ----

def load(office):
    path = people.write(office.roll, office.folder / "roll.csv")
    office.do("roll", "load", path)


def copy(roll):
    return {p: [dict(r) for r in rows] for p, rows in roll.items()}


@says("the roll is replaced, and {person} lives at the address of "
      "{other:person} now")
def roll_moved(office, person, other):
    office.kept["old roll"] = copy(office.roll)
    at = row_of(office, other)
    for row in office.roll[person]:
        for column in ("address_line", "unit", "city", "state", "zip"):
            row[column] = at[column]
    load(office)


@says("the roll is replaced, and {person} is not on it")
def roll_without(office, person):
    office.kept["old roll"] = copy(office.roll)
    del office.roll[person]
    load(office)


@says("the roll is replaced, and it has nothing of {person} for {year}")
def roll_without_year(office, person, year):
    office.kept["old roll"] = copy(office.roll)
    office.roll[person] = [r for r in office.roll[person]
                           if r["tax_year"] != str(year)]
    load(office)


@says("the roll is replaced by the one before")
def roll_back(office):
    office.roll = copy(office.kept["old roll"])
    load(office)


@says("the roll is replaced, and {person} is screened on it")
def roll_screened(office, person):
    office.kept["old roll"] = copy(office.roll)
    for row in office.roll[person]:
        row["screen"] = "ci"
    load(office)


@says("there is no roll")
def no_roll(office):
    (office.dir / "roll/current").rename(office.folder / "roll-link")


@says("the roll is back")
def roll_is_back(office):
    (office.folder / "roll-link").rename(office.dir / "roll/current")
