# SPDX-License-Identifier: BSD-3-Clause
"""Certificates that a cluster never issued, or no longer stands for, made by the `openssl` command."""

import pathlib
import subprocess

EXTENSIONS = """
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,clientAuth
subjectAltName = URI:urn:lockstep:{role}:{name}
"""

AUTHORITY = """
[ca]
default_ca = it
[it]
dir = {folder}
new_certs_dir = {folder}
database = {folder}/database
serial = {folder}/serial
default_md = sha256
policy = any
[any]
commonName = supplied
"""


def openssl(*words):
    ended = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    if ended.returncode != 0:
        raise RuntimeError(f"openssl {words[0]}: {ended.stderr}")


def make_key(file):
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file)


def other_authority(folder):
    """A folder with ca.pem and ca-key.pem of an authority of the same looks as a cluster's."""
    folder.mkdir()
    make_key(folder / "ca-key.pem")
    openssl("req", "-x509", "-new", "-key", folder / "ca-key.pem", "-days", 30, "-subj",
            "/O=Lockstep cluster authority/CN=cluster", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            "-out", folder / "ca.pem")
    return folder


def sign(authority, folder, name, role="node", begins="20200101000000Z", ends="20990101000000Z"):
    """NAME.pem and NAME-key.pem in `folder`, signed by the authority in the other one; the two files."""
    folder.mkdir(exist_ok=True)
    key, request, certificate = (folder / f"{name}{end}" for end in ("-key.pem", ".csr", ".pem"))
    make_key(key)
    openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
    (folder / "database").write_text("")
    (folder / "serial").write_text("77\n")
    (folder / "extensions").write_text(EXTENSIONS.format(role=role, name=name))
    (folder / "ca.cnf").write_text(AUTHORITY.format(folder=folder))
    openssl("ca", "-config", folder / "ca.cnf", "-cert", authority / "ca.pem", "-keyfile",
            authority / "ca-key.pem", "-in", request, "-out", certificate, "-extfile",
            folder / "extensions", "-startdate", begins, "-enddate", ends, "-batch", "-notext")
    with certificate.open("a") as chain:
        chain.write((authority / "ca.pem").read_text())
    return certificate, key


def member_files(folder, name):
    """The certificate and key of a member in its own folder."""
    folder = pathlib.Path(folder)
    return folder / f"{name}.pem", folder / f"{name}-key.pem"
