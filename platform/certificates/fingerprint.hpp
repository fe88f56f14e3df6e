#pragma once

#include <string>

/// OpenSSL's own type, so that no header of ours includes OpenSSL's.
struct x509_st;

namespace lockstep {

/// SHA-256 of the certificate, hexadecimal, lower case.
std::string certificate_fingerprint(const x509_st* certificate);

} // namespace lockstep
