# SPDX-License-Identifier: BSD-3-Clause
"""What those who do not belong say to a port. Nobody here waits for good manners.

Each function talks from `host` to (address, port). Those that hold connections give them back.
"""

import contextlib
import json
import random
import socket
import ssl
import struct

HELLO_BYTES_MAX = 64 << 10


def connect(host, where, source=None, limit_s=5):
    return host.connect(*where, limit_s, source)


def say(host, where, text, limit_s=15, is_all=False):
    """Sends it, then listens until the other side ends the connection: what it said. With `is_all` the
    other side is told that no more comes."""
    with connect(host, where, limit_s=limit_s) as to:
        # The other side may hang up before all is said.
        with contextlib.suppress(ConnectionError):
            to.sendall(text)
            if is_all:
                to.shutdown(socket.SHUT_WR)
        return listen(to)


def listen(to, bytes_max=1 << 20):
    said = b""
    with contextlib.suppress(ConnectionError):
        while len(said) < bytes_max and (part := to.recv(65536)):
            said += part
    return said


def random_bytes(size, seed):
    return random.Random(seed).randbytes(size)


def context(certificate=None, oldest=ssl.TLSVersion.TLSv1_2):
    """For TLS with or without a certificate; whoever the other side is is believed."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.minimum_version = oldest
    if certificate:
        made.load_cert_chain(*certificate)
    return made


def client_hello():
    """The first bytes of a real handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context().wrap_bio(incoming, outgoing).do_handshake()
    return outgoing.read()


def oversized_handshake():
    """Records of a handshake message that claims 16 MiB, and 2 MiB of it."""
    record = b"\x16\x03\x01" + struct.pack(">H", 16384)
    first = b"\x01\xff\xff\xff\x03\x03" + bytes(16378)
    return record + first + 127 * (record + bytes(16384))


def silence(host, where, count, sources=(None,)):
    """Connections on which nothing is ever said, from each source address in turn."""
    return [connect(host, where, (sources[i % len(sources)], 0) if sources[0] else None)
            for i in range(count)]


def tls(host, where, certificate=None, limit_s=15):
    """A TLS connection. In TLS 1.3 a refusal of our certificate comes with the first answer only."""
    plain = connect(host, where, limit_s=limit_s)
    # Else what is said first waits for the other side to acknowledge the handshake: 40 ms.
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context(certificate).wrap_socket(plain)


def tell(to, text, claimed=None):
    """A text as hellos are told: its length in four bytes, then itself."""
    to.sendall(struct.pack(">I", len(text) if claimed is None else claimed) + text)


def answer(to):
    """The other side's answer to a hello, or what ended the connection, as text."""
    try:
        return listen(to)[4:].decode(errors="replace")
    except (ssl.SSLError, socket.timeout) as ended:
        return str(ended)


def hello(role, name, abi, caf):
    return {"kind": "link", "protocol": 2, "abi": abi, "byte_order": "little", "caf": caf,
            "lockstep": "0.1.0", "role": role, "name": name, "host": "elsewhere", "pid": 1}


def shake_hands(host, where, certificate, said):
    """Greets over TLS: (what was answered, the connection)."""
    try:
        to = tls(host, where, certificate)
    except (ssl.SSLError, ConnectionError) as refused:
        return str(refused), None
    try:
        tell(to, json.dumps(said).encode())
        to.settimeout(15)
        size = to.recv(4)
        return to.recv(65536).decode(errors="replace") if size else "closed", to
    except (ssl.SSLError, ConnectionError, socket.timeout) as refused:
        to.close()
        return str(refused), None
