# SPDX-License-Identifier: BSD-3-Clause
"""A head and its nodes, on hosts of a network (hosts.Network) or all on this machine (hosts.Here)."""

import json
import shutil
import signal

import scratch
from programs import Build, Client, Program, eventually, finish

SILENCE_LIMIT_S = 2
CLUSTER_PORT = 7700


class Cluster:
    """A head on one host, with an authority of its own unless one is given. Nodes are added by the test;
    all ends with this object."""

    standing = []  # whose programs are not ended yet

    def __init__(self, host, *words, cluster=None, silence_limit_s=SILENCE_LIMIT_S,
                 pki=None):
        self.host, self.words = host, words
        self.silence_limit_s = silence_limit_s
        self.folder = scratch.folder()
        self.pki = pki or self.folder / "pki"
        self.listen = cluster or f"{host.address}:0"
        self.nodes = {}
        self.others = []
        Cluster.standing.append(self)
        try:
            if not pki:
                self.control("pki", "init")
            self.start_head("127.0.0.1:0")
        except BaseException:
            self.__exit__(AssertionError)
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind=None, *_):
        if kind is not None and issubclass(kind, Exception):
            self.print_logs()
        Cluster.standing.remove(self)
        for program in self.programs:
            program.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def programs(self):
        return [*self.nodes.values(), *self.others, *([self.head] if hasattr(self, "head") else [])]

    def print_logs(self):
        for program in self.programs:
            print(f"--- {' '.join(program.words)}\n{program.tail()}")

    # The head.

    def start_head(self, listen):
        file = self.folder / "connection.json"
        file.unlink(missing_ok=True)
        self.head = Program(
            self.host,
            [Build.program("control"), "serve", "--listen", listen, "--connection-file", file,
             "--cluster", self.listen, "--silence-limit", self.silence_limit_s, *self.words],
            self.folder, self.folder / "head.log", LOCKSTEP_PKI=str(self.pki))
        eventually(lambda: file.exists() or not self.head.is_alive(), "the head serves")
        assert self.head.is_alive(), f"the head ended\n{self.head.tail()}"
        told = json.loads(file.read_text())
        self.where, self.listen = told["control"], told["cluster"]

    def start_head_again(self):
        """At the same addresses."""
        self.start_head(self.where)

    @property
    def join_address(self):
        port = self.listen.rsplit(":", 1)[1]
        return f"{self.host.address}:{port}"

    def connect(self, limit_s=60):
        return Client(self.host, self.where, limit_s)

    def call(self, method, **params):
        with self.connect() as client:
            return client.call(method, **params)

    def control(self, *words, succeeds=True):
        """Runs `control` for the authority's folder on the head's host: (exit code, output)."""
        words = [Build.program("control"), *words]
        if words[1] in ("pki", "token"):
            words += ["--pki", self.pki]
        else:
            words += ["--at", self.where]
        code, output = finish(self.host, words, self.folder)
        assert code == 0 or not succeeds, f"{' '.join(map(str, words))}: exit code {code}\n{output}"
        return code, output

    def reload(self):
        self.head.process.send_signal(signal.SIGHUP)

    # Nodes.

    def join_token(self):
        printed = self.control("token", "create", "--join", self.join_address)[1]
        return printed.split("--token ")[1].split()[0]

    def identity_of(self, name):
        return self.folder / "identities" / name

    def issue(self, name, *words):
        """A certificate for a node, in its folder."""
        self.identity_of(name).parent.mkdir(exist_ok=True)
        self.control("pki", "issue", name, "--out", self.identity_of(name), *words)

    def program_of_node(self, name, host, *words):
        """Starts a node with just these words and its identity; does not wait."""
        identity = self.identity_of(name)
        identity.parent.mkdir(exist_ok=True)
        return Program(host, [Build.program("node"), "--name", name, "--identity", identity,
                              "--silence-limit", self.silence_limit_s, *words],
                       self.folder, self.folder / f"{name}.log")

    def start_node(self, name, host, *words):
        self.nodes[name] = self.program_of_node(name, host, *words)
        return self.nodes[name]

    def add_node(self, name, host, *words, solvers=2, join=None, limit_s=30):
        """A node that joins by a token and is up."""
        token_file = self.folder / f"{name}.token"
        token_file.write_text(self.join_token())
        node = self.start_node(name, host, "--join", join or self.join_address, "--token-file",
                               token_file, "--solvers", solvers, *words)
        self.wait_until_up(name, limit_s=limit_s)
        return node

    def describe(self, name):
        """What nodes.list says of the newest node of that name."""
        return next((node for node in reversed(self.call("nodes.list")) if node["name"] == name), None)

    def is_up(self, name):
        node = self.describe(name)
        return bool(node and node["up"])

    def wait_until_up(self, name, up=True, limit_s=30):
        node = self.nodes.get(name)

        def is_so():
            assert not (up and node and not node.is_alive()), f"node {name} ended"
            return self.is_up(name) == up

        eventually(is_so, f"node {name} is {'up' if up else 'gone'}", limit_s)

    # Runs.

    def run(self, model, parameters=None, limit_s=60, **params):
        with self.connect() as client:
            return client.run(model, parameters, limit_s, **params)

    def start_waiting_run(self):
        """A run whose solver 1 computes until it is cancelled; it is in its first step."""
        run = self.call("runs.start", model="misbehaving", parameters={"what": "wait"},
                        cancel_grace_ms=500)["run"]
        self.wait_until_in_step(run)
        return run

    def wait_until_in_step(self, run):
        eventually(lambda: self.call("runs.get", run=run)["step"], f"{run} is in a step")

    def result(self, run, limit_s=60):
        with self.connect() as client:
            return client.result(run, limit_s)


HELLO = {"least": 20, "most": 60}


def hello(cluster, limit_s=60, **params):
    """Random work whose result depends on the seed and the number of solvers alone."""
    ended = cluster.run("01_hello", HELLO, limit_s, seed=7, **params)
    assert ended["state"] == "done", ended
    return ended["result"]
