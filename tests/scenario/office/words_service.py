# SPDX-License-Identifier: Apache-2.0
"""The service: what people and systems do over HTTPS."""
import base64
import concurrent.futures
import datetime
import json
import re
import time
import urllib.parse

from .instance import openssl
from .language import Refused, Wrong, says
from .service import Answer, Service, Visitor, must
from .words_hold import case_of
from .words_registers import who

SECTION = "The service"
HOLDS = "/api/v1/holds"


def service(office):
    if office.service is None:
        raise Wrong("the service does not run")
    return office.service


def visitor(office, person):
    return service(office).visitor(who(person))


@says("the service runs")
def runs(office):
    office.service = Service(office)


@says("the service wants the policy {text} of whoever is {role:word}")
def wants_policy(office, text, role):
    folder = office.dir / "service"
    folder.mkdir(exist_ok=True)
    with open(folder / "settings", "a") as file:
        print(f"policy {role} {text}", file=file)


@says("the service is reloaded")
def is_reloaded(office):
    service(office).reload()


@says("{person:who} opens {path:text}")
def opens(office, person, path):
    """A page, on the connection that is open since before."""
    office.kept["page"] = visitor(office, person).see(path).text


@says("the page says {text}")
def page_says(office, text):
    if text not in office.kept["page"]:
        raise Wrong(re.sub(r"<[^>]*>", " ", office.kept["page"])[:1500])


@says("the page does not say {text}")
def page_says_not(office, text):
    if text in office.kept["page"]:
        raise Wrong(f"it says {text}")


# ---- who comes ----

@says("a stranger forges an authority of the name of {person:who}'s, and a "
      "certificate of it")
def forges(office, person):
    """The names are the same; the keys are the stranger's."""
    real = office.key(who(person)).with_suffix(".crt")
    told = openssl("x509", "-in", str(real), "-noout", "-subject", "-nameopt",
                   "multiline").stdout.decode()
    name = re.search(r"commonName\s+= (.*)", told)[1]
    box = office.folder / "forged"
    box.mkdir()
    run_openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign",
                "-keyout", box / "ca.key", "-out", box / "ca.crt")
    run_openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", box / "it.key", "-out", box / "it.csr")
    run_openssl("x509", "-req", "-in", box / "it.csr", "-CA", box / "ca.crt",
                "-CAkey", box / "ca.key", "-CAcreateserial", "-days", "20",
                "-out", box / "it.crt")
    chain = (box / "it.crt").read_bytes() + (box / "ca.crt").read_bytes()
    (box / "chain.crt").write_bytes(chain)


@says("with the forged certificate somebody opens {path:text}")
def opens_forged(office, path):
    box = office.folder / "forged"
    Visitor(service(office), box / "chain.crt", box / "it.key").see(path)


def run_openssl(*words):
    done = openssl(*map(str, words))
    if done.returncode != 0:
        raise Wrong(done.stderr.decode())


@says("{person:who} has a certificate that expires in {n} seconds, and the "
      "role of {role:word}")
def expires(office, person, n, role):
    """Self-signed: in a sandbox its people are their own authorities."""
    name = who(person)
    box = office.folder / "ca"
    (box / "new").mkdir(parents=True)
    (box / "index").touch()
    (box / "serial").write_text("01\n")
    (box / "conf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=ca/index\nserial=ca/serial\n"
        "new_certs_dir=ca/new\ndefault_md=sha256\npolicy=p\n[p]\n"
        "commonName=supplied\n")
    path = office.dir / "sandbox" / name
    run_openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{path}.key", "-out", box / "csr")
    office.kept["expires"] = time.time() + n
    end = datetime.datetime.fromtimestamp(
        office.kept["expires"], datetime.timezone.utc)
    done = openssl(
        "ca", "-batch", "-selfsign", "-config", "ca/conf", "-keyfile",
        f"{path}.key", "-in", "ca/csr", "-out", f"{path}.crt", "-startdate",
        "20200101000000Z", "-enddate", end.strftime("%Y%m%d%H%M%SZ"),
        "-notext", cwd=office.folder)
    if done.returncode != 0:
        raise Wrong(done.stderr.decode())
    office.do("register", "role", "add", "--role", role, "--name", name,
              "--cert", f"{path}.crt")


@says("the certificate expires")
def has_expired(office):
    left = office.kept["expires"] - time.time()
    if left > 0:
        time.sleep(left + 0.1)


# ---- acts, in two steps ----

def order(office, letter, docket):
    return {"ground": "court", "docket": docket,
            "scopes": [case_of(office, letter)]}


def remember(office, answer):
    said = json.loads(answer.text)
    office.kept["hold"] = str(said["hold"])
    office.kept["hold entry"] = said["entry"]


@says("over the service {person:who} places a hold on the case of {letter}, "
      "docket {text}")
def places(office, person, letter, text):
    remember(office, visitor(office, person).act(
        HOLDS, order(office, letter, text)))


@says("over the service {person:who} places a hold on the name {name:text}, "
      "docket {text}")
def places_on_name(office, person, name, text):
    remember(office, visitor(office, person).act(
        HOLDS, {"ground": "court", "docket": text,
                "scopes": [f"person=name:{name}"]}))


@says("{person:who} is shown what to sign for a hold on the case of {letter}, "
      "docket {text}")
def is_shown(office, person, letter, text):
    """The first of the two steps; nothing is changed by it."""
    members = order(office, letter, text)
    texts, at = visitor(office, person).to_sign(HOLDS, members)
    office.kept.setdefault("to sign", {})[who(person)] = (
        HOLDS, members, texts, at)


@says("{person:who} is shown what to sign to lift the hold")
def is_shown_lift(office, person):
    path = f"{HOLDS}/{office.kept['hold']}/lift"
    texts, at = visitor(office, person).to_sign(path, {})
    office.kept.setdefault("to sign", {})[who(person)] = (path, {}, texts, at)


def send(office, person, key=None, change=None, age=0):
    name = who(person)
    path, members, texts, at = office.kept["to sign"][name]
    asker = service(office).visitor(name)
    signed = asker.sign(texts, key)
    return must(asker.send_signed(
        path, {**members, **(change or {})}, at - age, signed))


@says("{person:who} signs it and sends it")
def sends(office, person):
    answer = send(office, person)
    if "lifted" not in answer.text:
        remember(office, answer)


@says("{person:who} sends it with the signature of {other:who}")
def sends_of_another(office, person, other):
    send(office, person, key=office.key(who(other)))


@says("{person:who} signs it, and sends it for the case of {letter} instead")
def sends_for_another(office, person, letter):
    send(office, person, change={"scopes": [case_of(office, letter)]})


@says("{person:who} signs it, and sends it as shown eleven minutes ago")
def sends_late(office, person):
    send(office, person, age=660)


@says("{one:who} and {other:who} sign and send at the same moment")
def both_send(office, one, other):
    """What became of each is kept."""
    def try_(person):
        try:
            return send(office, person).text
        except Refused as no:
            return no

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        office.kept["both"] = list(pool.map(try_, (one, other)))


@says("one of them is done, and the other is told {text}")
def one_is_done(office, text):
    refused = [x for x in office.kept["both"] if isinstance(x, Refused)]
    if len(refused) != 1:
        raise Wrong(f"{len(refused)} were refused: {office.kept['both']}")
    if text not in refused[0].words:
        raise Wrong(refused[0].words)


@says("{n} holds stand", "{n} hold stands")
def n_stand(office, n):
    rows = [r for r in office.rows("hold", "list", "--json", "--key",
                                   office.key("counsel"))
            if r["state"] != "lifted"]
    if len(rows) != n:
        raise Wrong(f"{len(rows)} stand: {rows}")


# ---- reviewers ----

@says("over the service {person:who} approves {letter}")
def approves(office, person, letter):
    batch = office.sent[letter].batch
    visitor(office, person).act(
        f"/api/v1/review/{batch}/approve", {"request": letter})


@says("over the service {person:who} approves {letter} again, and there is "
      "nothing to sign")
def approves_again(office, person, letter):
    batch = office.sent[letter].batch
    answer = must(visitor(office, person).json(
        f"/api/v1/review/{batch}/approve", {"request": letter}))
    if answer.status != 200 or json.loads(answer.text)["skipped"] != 1:
        raise Wrong(f"{answer.status}: {answer.text[:400]}")


# ---- batches ----

def upload(office, path, manifest):
    return {
        "Content-Type": "application/jsonl",
        "Weir-Manifest": base64.b64encode(manifest.read_bytes()).decode(),
        "Weir-Manifest-Signature": base64.b64encode(
            manifest.with_name(manifest.name + ".p7s").read_bytes()).decode(),
    }, path.read_bytes()


def send_batch(office, person, key):
    """What is drafted, under an Idempotency-Key."""
    if office.drafts:
        office.kept["upload"] = (upload(office, *office.certified()),
                                 list(office.drafts))
    (headers, body), _ = office.kept["upload"]
    return must(visitor(office, person).ask(
        "POST", "/api/v1/batches", body,
        **{**headers, "Idempotency-Key": key}))


@says("over the service {person:who} sends the batch under the key {key:text}")
def sends_batch(office, person, key):
    answer = send_batch(office, person, key)
    office.took_in(f"batch {json.loads(answer.text)['batch']}")
    office.kept["answer"] = answer.text


@says("over the service {person:who} sends it again under the key {key:text}, "
      "and is answered the same")
def sends_again(office, person, key):
    answer = send_batch(office, person, key)
    if answer.text != office.kept["answer"]:
        raise Wrong(f"{answer.text} is not {office.kept['answer']}")


@says("over the service {person:who} sends another under the key {key:text}")
def sends_other(office, person, key):
    send_batch(office, person, key)


@says("half of the batch is sent by {person:who}")
def sends_half(office, person):
    """The other half waits."""
    headers, body = upload(office, *office.certified())
    asker = service(office).visitor(who(person), fresh=True)
    asker.connection.putrequest("POST", "/api/v1/batches")
    for name, value in headers.items():
        asker.connection.putheader(name, value)
    asker.connection.putheader("Content-Length", str(len(body)))
    asker.connection.endheaders()
    asker.connection.send(body[:len(body) // 2])
    office.kept["half"] = asker, body[len(body) // 2:]


@says("the other half is sent, and the batch is taken")
def sends_rest(office):
    asker, rest = office.kept["half"]
    asker.connection.send(rest)
    answer = must(Answer(asker.connection.getresponse()))
    office.took_in(f"batch {json.loads(answer.text)['batch']}")


# ---- forms of pages ----

def form(office, person, path, values, **headers):
    return visitor(office, person).ask(
        "POST", path, urllib.parse.urlencode(values),
        Content_Type="application/x-www-form-urlencoded", Accept="text/html",
        **headers)


@says("another site's page makes the browser of {person:who} place a hold")
def cross_site(office, person):
    must(form(office, person, "/holds/new",
              {"ground": "counsel", "docket": "D", "scope": "all",
               "effect": "stop", "confirm": "yes"},
              Origin="https://elsewhere.example",
              Sec_Fetch_Site="cross-site"))


@says("on the page {person:who} asks to lift the hold")
def lifts_on_page(office, person):
    must(form(office, person, f"/holds/{office.kept['hold']}/lift",
              {"answer": "lift"}))
