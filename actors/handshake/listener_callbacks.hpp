// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/handshake/hello_exchange.hpp"
#include "platform/network/address.hpp"
#include "platform/tls/tls_session.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lockstep {

/// The other end of a finished connection.
struct link_peer {
  certificate_facts certificate; ///< checked
  hello said;                    ///< fits ours; its role and name are the certificate's
  std::string address;           ///< "192.0.2.7:4711"
};

struct listener_options {
  address where = {};               ///< port 0: any free one
  hello own = {};                   ///< see own_hello()
  std::size_t handshakes_max = 256; ///< under way at a time
  std::size_t handshakes_of_one_address_max = 32;
  std::chrono::milliseconds handshake_limit{5'000}; ///< TLS and hello together
  std::size_t hello_bytes_max = lockstep::hello_bytes_max;
};

/// All run on the listener's thread, so they must be quick. Any may be left empty but on_link.
struct listener_callbacks {
  /// A connection that is authenticated, said hello to and accepted: the owner gives it to
  /// link_acceptor::admit() or connect_to_parent().
  std::function<void(std::unique_ptr<tls_session>, const link_peer&)> on_link = {};
  /// Asked before a link is accepted: a sentence refuses it. It travels to the other side.
  std::function<std::optional<std::string>(const link_peer&)> authorize = {};
  /// Decides on an enrolment. The certificate is the one that was shown, if any. Without this
  /// callback every enrolment is refused.
  std::function<tl::expected<enrol_answer, refusal>(
      const enrol_request&, const std::optional<certificate_facts>&, const std::string& address)>
      enrol = {};
  /// For an audit log: of links ("node alpha"), of enrolments ("node alpha enrolled"), and of
  /// everyone who was turned away. Text of unauthenticated peers comes without control characters.
  std::function<void(const std::string& who, const std::string& address)> on_joined = {};
  std::function<void(const std::string& address, const std::string& why)> on_refused = {};
};

/// Why a connection was turned away.
enum class listener_refusal : std::uint8_t {
  gave_way,       ///< there were too many, and it was the oldest without a certificate
  too_late,       ///< handshake and hello took longer than the limit
  tls,            ///< no TLS, wrong certificate, wrong role, wrong version
  no_certificate, ///< wanted a link without one
  bad_hello,      ///< garbage, too long, or ended early
  mismatch,       ///< another protocol, ABI, CAF; or name and role of the hello are not its own
  not_authorized, ///< by the owner
  enrolment       ///< refused
};

/// "gave_way", …
std::string to_string(listener_refusal why);

} // namespace lockstep
