# SPDX-License-Identifier: Apache-2.0
"""The service of a story's office, and its visitors: HTTPS with a client's
certificate, a connection that stays, and the two steps of a signed act."""
import base64
import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import time

from .instance import openssl
from .language import Refused, Wrong

PATIENCE = 60


class Answer:
    def __init__(self, got):
        self.status = got.status
        self.header = got.headers
        self.text = got.read().decode(errors="replace")

    def told(self):
        """What a refusal says, of a problem or of a page."""
        try:
            return json.loads(self.text).get("detail", self.text)
        except ValueError:
            return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.text))


class Visitor:
    """Who asks; `cert` and `key` are their paths."""

    def __init__(self, service, cert, key):
        self.service = service
        self.key = key
        context = ssl.create_default_context(cafile=service.ca)
        context.load_cert_chain(cert, key)
        self.connection = http.client.HTTPSConnection(
            "localhost", service.port, timeout=PATIENCE, context=context)

    def ask(self, method, path, body=None, **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        self.connection.request(method, path, body=body, headers=headers)
        return Answer(self.connection.getresponse())

    def json(self, path, members, **headers):
        return self.ask("POST", path, json.dumps(members),
                        Content_Type="application/json", **headers)

    def see(self, path):
        """A page or a refusal."""
        return must(self.ask("GET", path, Accept="text/html"))

    def to_sign(self, path, members):
        """The first step: what is to be signed, and the time of it."""
        answer = self.json(path, members)
        if answer.status != 428:
            must(answer)
            raise Wrong(f"{path} asks for no signature: {answer.text[:300]}")
        said = json.loads(answer.text)
        return [base64.b64decode(t) for t in said["to_sign"]], said["act_at"]

    def sign(self, texts, key=None):
        out = []
        for text in texts:
            done = openssl("dgst", "-sha384", "-sign", str(key or self.key),
                           input=text)
            if done.returncode != 0:
                raise Wrong(done.stderr.decode())
            out.append(base64.b64encode(done.stdout).decode())
        return ",".join(out)

    def send_signed(self, path, members, at, signatures):
        return self.json(path, members, Weir_Act_At=str(at),
                         Weir_Act_Signature=signatures)

    def act(self, path, members):
        """Both steps, as one does them."""
        texts, at = self.to_sign(path, members)
        return must(self.send_signed(path, members, at, self.sign(texts)))


def must(answer):
    if answer.status >= 500:
        raise Wrong(f"{answer.status}: {answer.told()[:400]}")
    if answer.status >= 400:
        raise Refused(answer.status, answer.told()[:1200])
    return answer


class Service:
    def __init__(self, office):
        self.dir = office.dir
        self.visitors = {}
        self.said = open(office.folder / "service.log", "a+")
        self.process = subprocess.Popen(
            [office.weir, "-C", str(office.dir), "serve", "--listen",
             "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=self.said, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"port (\d+)", line)
        if not found:
            self.end()
            raise Wrong(f"weir serve: {line}{self.log()}")
        self.port = int(found[1])
        self.ca = str(office.dir / "service/server.crt")

    def log(self):
        self.said.seek(0)
        return self.said.read()[-600:]

    def visitor(self, name, fresh=False):
        """The same connection as before, unless a fresh one is wanted."""
        if fresh or name not in self.visitors:
            path = self.dir / "sandbox" / name
            if not path.with_suffix(".crt").exists():
                raise Wrong(f"nobody is '{name}' here")
            self.visitors[name] = Visitor(
                self, path.with_suffix(".crt"), path.with_suffix(".key"))
        return self.visitors[name]

    def gates(self):
        """Processes that answer the network."""
        done = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-x", "weir-gate"],
            capture_output=True, text=True)
        return set(done.stdout.split())

    def reload(self):
        """SIGHUP; returns when another gate has the port."""
        before = self.gates()
        os.kill(self.process.pid, signal.SIGHUP)
        end = time.monotonic() + 30
        while not self.gates() - before:
            if time.monotonic() > end:
                raise Wrong(f"nothing is reloaded: {self.log()}")
            time.sleep(0.02)

    def end(self):
        self.process.terminate()
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = "killed"
        self.process.stdout.close()
        return status
