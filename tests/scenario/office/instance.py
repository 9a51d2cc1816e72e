# SPDX-License-Identifier: Apache-2.0
"""One office: an instance of the real program, and what a story knows of it.

Every story has an office of its own, copied from one that was prepared: a
sandbox with the roll of the stories, the officers NELSON, OKAFOR, PARK, HALE
and BOYD on the register, two reviewers, counsel and an operator.
"""
import datetime
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import time

from . import people
from .language import Refused, Wrong, listed

ANSWER_DAYS = 30
THROUGH = ("address", "neutral")


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def pass_midnight():
    """A story is told within one day of the machine's."""
    left = 86400 - time.time() % 86400
    if left < 40:
        time.sleep(left + 1)


def openssl(*words, **more):
    return subprocess.run(["openssl", *words], capture_output=True, **more)


def run(weir, *words):
    """A verb that needs no instance; Refused where its answer is no."""
    done = subprocess.run([weir, *map(str, words)], capture_output=True,
                          timeout=120)
    said = (done.stderr + done.stdout).decode(errors="replace").strip()
    if done.returncode in (1, 2):
        raise Refused(done.returncode, said[-1200:])
    if done.returncode != 0:
        raise Wrong(f"weir {' '.join(map(str, words))}: {said[-600:]}")
    return done.stdout.decode(errors="replace")


def prepare(weir, folder):
    """The office that stories copy."""
    box = folder / "template"
    officers = folder / "officers.jsonl"
    with open(officers, "w") as file:
        for n, name in enumerate(people.OFFICERS):
            request = people.Request(
                name, n, people.stranger(n), name, today())
            print(json.dumps(request.as_json()), file=file)
    for words in (["init", str(box), "--sandbox"],
                  ["-C", str(box), "sandbox", "enroll", str(officers)],
                  ["-C", str(box), "roll", "load", str(people.ROLL)]):
        done = subprocess.run([weir, *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise Wrong(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return box


class Package:
    """What one officer finds in a package."""

    def __init__(self, request, batch, path, inside):
        self.request = request
        self.batch = batch
        self.path = path
        self.inside = inside
        self.answer = inside["answer"]


class Office:
    def __init__(self, weir, template, folder):
        self.weir = weir
        self.folder = folder
        self.dir = folder / "office"
        shutil.copytree(template, self.dir, symlinks=True)
        pass_midnight()
        self.real_today = today()
        self.later = 0          # days that passed since
        self.roll = people.load()
        self.drafts = {}        # letter: Request, not sent yet
        self.sent = {}          # letter: Request, with its batch
        self.batches = {}       # number: letters, in order of lines
        self.received = {}      # number: day
        self.sequence = 0
        self.numbers = 0        # of requests drafted: their case numbers
        self.manifest_changes = {}
        self.kept = {}          # what a story looks back to
        self.words = ""         # of the last thing that was done
        self.service = None     # runs where a story says so

    def close(self):
        """Nothing of a story is left running."""
        if self.service is not None:
            self.service.end()

    # ---- the program ----

    @property
    def day(self):
        return self.real_today + datetime.timedelta(days=self.later)

    def try_(self, *words, instance_dir=None):
        done = subprocess.run(
            [self.weir, "-C", str(instance_dir or self.dir),
             *map(str, words)],
            capture_output=True, timeout=120, cwd=self.folder)
        out = done.stdout.decode(errors="replace")
        err = done.stderr.decode(errors="replace")
        if done.returncode not in (0, 1, 2):
            raise Wrong(f"weir {' '.join(map(str, words))}: status "
                        f"{done.returncode}: {err[-600:]}")
        return done.returncode, out, err

    def do(self, *words):
        """An act; what it says.  Refused where its answer is no."""
        status, out, err = self.try_(*words)
        self.words = out + err
        if status != 0:
            raise Refused(status, (err + out).strip()[-1200:])
        return out

    def rows(self, *words):
        return [json.loads(line) for line in self.do(*words).splitlines()]

    def on_day(self):
        return ["--today", str(self.day)] if self.later else []

    # ---- people ----

    def key(self, who):
        path = self.dir / "sandbox" / f"{who}.key"
        if not path.exists():
            raise Wrong(f"nobody is '{who}' here")
        return path

    def new_person(self, who, name=None):
        """A key and a certificate, below sandbox/; no role yet."""
        path = self.dir / "sandbox" / who
        done = openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "3000",
            "-subj", f"/CN={name or who}", "-keyout", f"{path}.key",
            "-out", f"{path}.crt")
        if done.returncode != 0:
            raise Wrong(done.stderr.decode())
        return path

    # ---- requests ----

    def draft(self, letter, row, officer="NELSON"):
        if letter in self.drafts or letter in self.sent:
            raise Wrong(f"there is a request {letter} already")
        self.numbers += 1
        request = people.Request(
            letter, self.numbers, row, officer, self.day)
        self.drafts[letter] = request
        return request

    def letters(self, text, of):
        """The requests that the words mean, among `of`."""
        if text == "all":
            return list(of)
        if text.startswith("all but "):
            without = listed(text[len("all but "):])
            return [x for x in of if x not in without]
        out = listed(text)
        for letter in out:
            if letter not in of:
                raise Wrong(f"there is no request {letter}")
        return out

    def drafted(self, text):
        return [self.drafts[x] for x in self.letters(text, self.drafts)]

    def write_batch(self):
        """Requests and manifest as files; the path of the first."""
        path = self.folder / f"batch-{self.sequence + 1}.jsonl"
        lines = [x.raw if x.raw is not None
                 else json.dumps(x.as_json(), ensure_ascii=False)
                 for x in self.drafts.values()]
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    def manifest(self, path, changes):
        text = path.read_bytes()
        member = {
            "weir:agreementID": "AG-IRS-ICE-2025",
            "weir:sequence": self.sequence + 1,
            "weir:count": text.count(b"\n"),
            "weir:sha384": hashlib.sha384(text).hexdigest(),
            "weir:certifier": {"weir:officerID": "ICE-DIR",
                               "nc:PersonFullName": "ACTING DIRECTOR",
                               "weir:roleText": "head of agency"},
            "weir:date": str(self.day)}
        for name, value in changes.items():
            if callable(value):
                value = value(member[name])
            member[name] = value
        out = pathlib.Path(f"{path}.manifest")
        out.write_text(json.dumps(member))
        return out

    def sign(self, path, who="certifier"):
        signer = self.key(who)
        done = openssl(
            "cms", "-sign", "-binary", "-outform", "DER",
            "-signer", str(signer.with_suffix(".crt")), "-inkey", str(signer),
            "-in", str(path), "-out", f"{path}.p7s")
        if done.returncode != 0:
            raise Wrong(done.stderr.decode())

    def certified(self, signer="certifier"):
        """The drafts as a signed batch on disk: (file, manifest)."""
        path = self.write_batch()
        manifest = self.manifest(path, self.manifest_changes)
        self.manifest_changes = {}
        self.sign(manifest, signer)
        return path, manifest

    def submit_words(self, path, manifest):
        return ["batch", "submit", path, "--manifest", manifest,
                "--today", self.day]

    def submit(self, signer="certifier"):
        path, manifest = self.certified(signer)
        out = self.do(*self.submit_words(path, manifest))
        self.took_in(out)

    def submit_singly(self):
        """Each draft in an envelope of its own, in their order."""
        path, _ = self.certified()
        envelopes = f"{path}.envelopes"
        self.do("request", "certify", path, "--agreement", "AG-IRS-ICE-2025",
                "--certifier", "ICE-DIR", "--name", "ACTING DIRECTOR",
                "--role", "head of agency", "--key", self.key("certifier"),
                "--date", self.day, "--out", envelopes)
        out = self.do("request", "submit", envelopes, "--today", self.day)
        batch = json.loads(out.splitlines()[0])["batch"]
        self.received[batch] = self.day
        self.batches.setdefault(batch, []).extend(self.drafts)
        for letter, request in self.drafts.items():
            request.batch = batch
            self.sent[letter] = request
        self.drafts = {}

    def took_in(self, out):
        batch = int(out.split()[-1])
        self.sequence += 1
        self.received[batch] = self.day
        self.batches[batch] = list(self.drafts)
        for letter, request in self.drafts.items():
            request.batch = batch
            self.sent[letter] = request
        self.drafts = {}

    @property
    def batch(self):
        """The one that came in last."""
        if not self.batches:
            raise Wrong("no batch has come in")
        return max(self.batches)

    # ---- what became of them ----

    def decisions(self):
        """By letter, of all batches; as counsel, who may know all of it."""
        out = {}
        for batch, letters in self.batches.items():
            rows = self.rows("batch", "decisions", batch,
                             "--key", self.key("counsel"))
            if len(rows) != len(letters):
                raise Wrong(f"batch {batch} has {len(letters)} requests and "
                            f"{len(rows)} decisions")
            for letter, row in zip(letters, rows):
                out[letter] = row
        return out

    def replies(self):
        out = {}
        for batch, letters in self.batches.items():
            rows = self.rows("batch", "reply", batch)
            if len(rows) != len(letters):
                raise Wrong(f"batch {batch} has {len(letters)} requests and "
                            f"{len(rows)} replies")
            out.update(zip(letters, rows))
        return out

    def accepted(self):
        """Letters that the requester was told are accepted."""
        return {x for x, r in self.replies().items()
                if r["status"] == "accepted"}

    # ---- what left ----

    def package_files(self, folder="outbox"):
        return sorted((self.dir / folder).glob("*/*.cms"))

    def open_package(self, path, officer):
        """Its inside by stock openssl; None: it does not open."""
        ident = people.OFFICERS[officer][0]
        keys = self.dir / "sandbox" / "officers"
        if not (keys / f"{ident}.key").exists():
            return None
        done = openssl(
            "cms", "-decrypt", "-binary", "-inform", "DER", "-in", str(path),
            "-recip", str(keys / f"{ident}.crt"),
            "-inkey", str(keys / f"{ident}.key"))
        return done.stdout if done.returncode == 0 else None

    def packages(self):
        """By letter, opened with the key of the officer it names."""
        out = {}
        for path in self.package_files():
            letter = path.stem
            request = self.sent.get(letter)
            if request is None:
                raise Wrong(f"{path.name} is of no request that was sent")
            inside = self.open_package(path, request.officer)
            if inside is None:
                raise Wrong(f"{path.name} does not open with the key of "
                            f"{request.officer}")
            out[letter] = Package(request, request.batch, path,
                                  json.loads(inside))
            self.check_own(out[letter])
        return out

    def check_own(self, package):
        """Whatever left is the person's own, of a year asked, and nothing
        beside it: for every package, in every story."""
        inside, request = package.inside, package.request
        if package.answer not in THROUGH:
            raise Wrong(f"{request.letter}: an answer of no kind: "
                        f"{package.answer}")
        if package.answer == "neutral":
            if "addresses" in inside or "name" in inside:
                raise Wrong(f"{request.letter}: a neutral package says more "
                            "than the neutral text")
            return
        rows = [r for p in (self.roll, self.kept.get("old roll", {}))
                for r in p.get(request.person, [])]
        for given in inside["addresses"]:
            if str(given["tax_year"]) not in request.fields["taxable period"]:
                raise Wrong(f"{request.letter}: an address of "
                            f"{given['tax_year']}, which was not asked")
            own = [r for r in rows
                   if r["tax_year"] == str(given["tax_year"])
                   and r["address_line"] == given["line"]
                   and r["zip"] == given["zip"]
                   and r["address_source"] in people.OWN
                   and r["filing_role"] != "dependent"]
            if not own:
                raise Wrong(f"{request.letter}: an address that is none of "
                            f"{request.person}'s own: {given}")

    def addresses(self):
        return {x for x, p in self.packages().items()
                if p.answer == "address"}

    # ---- ledger ----

    def entries(self):
        out = self.do("ledger", "tail", "-n", "100000", "--json")
        return [json.loads(line) for line in out.splitlines()]

    def kinds(self):
        """How many entries of each kind, by the custodian's records; asking
        is an act, which is counted the next time."""
        return json.loads(self.do("ledger", "kinds", "--json"))

    def check_account(self):
        """At the end of every story: the ledger verifies, the totals tie,
        and no package is out without its entry."""
        self.do("ledger", "verify")
        handed = self.kinds().get("deliver", 0)
        out = len(self.package_files())
        if out > handed:
            raise Wrong(f"{out} packages in the outbox, {handed} entries D")
        for batch in self.batches:
            self.check_totals(self.do("batch", "status", batch))

    @staticmethod
    def check_totals(status):
        sums = re.findall(r"(\w+) (\d+) = (.*)", status)
        if not sums:
            raise Wrong(f"no totals: {status}")
        for name, whole, parts in sums:
            if int(whole) != sum(map(int, re.findall(r"\d+", parts))):
                raise Wrong(f"totals do not tie: {name} {whole} = {parts}")

    # ---- power failures ----

    def killed(self, words, when, tries=12):
        """Runs a verb and kills it and its processes (SIGKILL) as soon as
        when() is true.  True: it was killed."""
        done = subprocess.Popen(
            [self.weir, "-C", str(self.dir), *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, cwd=self.folder)
        end = time.monotonic() + 30
        while done.poll() is None and time.monotonic() < end:
            if when():
                os.killpg(done.pid, signal.SIGKILL)
                break
        out = done.communicate(timeout=60)[0].decode(errors="replace")
        self.words = out
        return done.returncode == -signal.SIGKILL

    def killed_at(self, words, n):
        """Runs a verb and kills it and its processes just before their n-th
        call that changes a file (faulty.c); 0: not at all.  How many such
        calls there were."""
        faulty = self.folder / "faulty.so"
        count = self.folder / "calls"
        if not faulty.exists():
            subprocess.run(
                [*shlex.split(os.environ.get("CC", "gcc")), "-O1", "-shared",
                 "-fPIC", "-D_GNU_SOURCE", "-o", faulty,
                 pathlib.Path(__file__).parent.parent / "faulty.c", "-ldl"],
                check=True)
        count.unlink(missing_ok=True)
        done = subprocess.run(
            [self.weir, "-C", str(self.dir), *map(str, words)],
            capture_output=True, timeout=120, start_new_session=True,
            cwd=self.folder,
            env={**os.environ, "LD_PRELOAD": str(faulty),
                 "FAULTY_COUNT": str(count), "FAULTY_AT": str(n),
                 "FAULTY_HOW": "kill"})
        if n == 0 and done.returncode != 0:
            raise Wrong(done.stderr.decode(errors="replace")[-600:])
        return int.from_bytes(count.read_bytes(), "little")
