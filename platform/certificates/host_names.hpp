// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Names and addresses at which a head is reached. They stand among the alternative names of its
/// certificate, because TLS programs that are not ours look for the one that they asked for. A
/// node's certificate has none: such a program would take the node for the head.

struct x509_st;

namespace lockstep {

using host_names = std::vector<std::string>;

/// As certificates have it: a DNS name in lower case, or an IP address in its usual form, IPv6
/// without brackets. None for all else, and for 0.0.0.0 and ::, which are no machine's.
std::optional<std::string> host_name_from(std::string_view text);

/// What every machine calls itself: localhost and its addresses.
host_names loopback_names();

/// Those, and this machine's own name.
host_names names_of_this_machine();

/// Both, each name once. Throws pki_failure for what is no host's name, and where they are too
/// many.
host_names joined_hosts(host_names all, const host_names& more);

/// In OpenSSL's own words for extensions: "DNS:head.example" or "IP:10.0.0.1".
std::string alternative_name_of(const std::string& host);

/// Those that stand in a certificate.
host_names host_names_of(const x509_st* certificate);

} // namespace lockstep
